package daemon

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Env reads settings from the environment and collects what is wrong with them, so that one start names every bad variable.
// Ask for all settings, then look at Err. An empty variable counts as absent.
type Env struct {
	getenv func(string) string
	errs   []error
}

// NewEnv reads through getenv, normally os.Getenv.
func NewEnv(getenv func(string) string) *Env { return &Env{getenv: getenv} }

// Err is nil when every setting asked for so far was present and well formed; else it names each one that was not.
func (e *Env) Err() error { return errors.Join(e.errs...) }

func (e *Env) fail(name, want, got string) {
	e.errs = append(e.errs, fmt.Errorf("environment variable %s: want %s, have %q", name, want, got))
}

// Fail adds a complaint of the caller's own about the variable name.
func (e *Env) Fail(name string, err error) {
	e.errs = append(e.errs, fmt.Errorf("environment variable %s: %w", name, err))
}

// Required returns the variable's value, or records that it is not set.
func (e *Env) Required(name string) string {
	v := e.getenv(name)
	if v == "" {
		e.errs = append(e.errs, fmt.Errorf("environment variable %s is not set", name))
	}
	return v
}

// String returns the variable's value, or otherwise when it is absent.
func (e *Env) String(name, otherwise string) string {
	if v := e.getenv(name); v != "" {
		return v
	}
	return otherwise
}

// List splits a required, comma-separated variable; blanks around its entries are dropped.
func (e *Env) List(name string) []string {
	var list []string
	for entry := range strings.SplitSeq(e.Required(name), ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			list = append(list, entry)
		}
	}
	if len(list) == 0 && e.getenv(name) != "" {
		e.fail(name, "a comma-separated list", e.getenv(name))
	}
	return list
}

// Duration reads a non-negative duration such as "60s" or "5m".
func (e *Env) Duration(name string, otherwise time.Duration) time.Duration {
	v := e.getenv(name)
	if v == "" {
		return otherwise
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		e.fail(name, `a duration such as "60s"`, v)
		return otherwise
	}
	return d
}

// Int reads a whole number between lo and hi, both included.
func (e *Env) Int(name string, otherwise, lo, hi int) int {
	v := e.getenv(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < lo || n > hi {
		e.fail(name, fmt.Sprintf("a whole number from %d to %d", lo, hi), v)
		return otherwise
	}
	return n
}

// Bool reads "true" or "false" (and what strconv.ParseBool takes beside them).
func (e *Env) Bool(name string, otherwise bool) bool {
	v := e.getenv(name)
	if v == "" {
		return otherwise
	}
	b, err := strconv.ParseBool(v)
	if err != nil {
		e.fail(name, "true or false", v)
		return otherwise
	}
	return b
}

// URL reads an absolute http or https address without a trailing slash; absent, it is otherwise as given.
func (e *Env) URL(name, otherwise string) string {
	v := e.getenv(name)
	if v == "" {
		return otherwise
	}
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		e.fail(name, "an address such as https://photos.example", v)
		return otherwise
	}
	return strings.TrimSuffix(v, "/")
}
