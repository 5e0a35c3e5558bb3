package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// compose is what this program reads of a compose file.
type compose struct {
	Services map[string]service `yaml:"services"`
}

type service struct {
	Image       string      `yaml:"image"`
	Build       any         `yaml:"build"` // what is ours has it
	Entrypoint  words       `yaml:"entrypoint"`
	Command     words       `yaml:"command"`
	Environment environment `yaml:"environment"`
	Ports       []string    `yaml:"ports"`
	Volumes     []string    `yaml:"volumes"`
	Profiles    []string    `yaml:"profiles"` // started only when asked for
	DependsOn   dependsOn   `yaml:"depends_on"`
	Scale       int         `yaml:"scale"`
	Deploy      struct {
		Replicas int `yaml:"replicas"`
	} `yaml:"deploy"`
}

func (s service) copies() int { return max(1, s.Scale, s.Deploy.Replicas) }

// words is a command line, written as a list or as one text.
type words []string

func (w *words) UnmarshalYAML(text []byte) error {
	var list []string
	if yaml.Unmarshal(text, &list) == nil {
		*w = list
		return nil
	}
	var line string
	if err := yaml.Unmarshal(text, &line); err != nil {
		return err
	}
	*w = strings.Fields(line)
	return nil
}

// environment is written as a map or as a list of NAME=VALUE.
type environment map[string]string

func (e *environment) UnmarshalYAML(text []byte) error {
	*e = environment{}
	var list []string
	if yaml.Unmarshal(text, &list) == nil {
		for _, line := range list {
			name, value, ok := strings.Cut(line, "=")
			if !ok {
				return fmt.Errorf("environment %q takes its value from the host: give it here", name)
			}
			(*e)[name] = value
		}
		return nil
	}
	var all map[string]any
	if err := yaml.Unmarshal(text, &all); err != nil {
		return err
	}
	for name, value := range all {
		if value == nil {
			return fmt.Errorf("environment %q takes its value from the host: give it here", name)
		}
		(*e)[name] = fmt.Sprint(value)
	}
	return nil
}

// dependsOn is, by service, the condition for which its start waits.
type dependsOn map[string]string

const completed = "service_completed_successfully"

func (d *dependsOn) UnmarshalYAML(text []byte) error {
	*d = dependsOn{}
	var list []string
	if yaml.Unmarshal(text, &list) == nil {
		for _, name := range list {
			(*d)[name] = ""
		}
		return nil
	}
	var all map[string]struct {
		Condition string `yaml:"condition"`
	}
	if err := yaml.Unmarshal(text, &all); err != nil {
		return err
	}
	for name, how := range all {
		(*d)[name] = how.Condition
	}
	return nil
}

// readCompose reads the file with the variables of the services that are run filled in; those that have no default are asked of
// value.
func readCompose(path string, value func(name string) string) (compose, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return compose{}, err
	}
	var c compose
	if err := yaml.Unmarshal(text, &c); err != nil {
		return compose{}, fmt.Errorf("%s: %w", path, err)
	}
	order, err := c.order()
	if err != nil {
		return compose{}, fmt.Errorf("%s: %w", path, err)
	}
	for _, name := range order {
		env := c.Services[name].Environment
		for variable, text := range env {
			if env[variable], err = interpolate(text, value); err != nil {
				return compose{}, fmt.Errorf("%s: service %q: %s: %w", path, name, variable, err)
			}
		}
	}
	return c, nil
}

var variable = regexp.MustCompile(`\$\$|\$\{(\w+)(?:(:?[-?])([^}]*))?\}|\$(\w+)`)

// interpolate fills ${NAME}, ${NAME:-default} and ${NAME:?message} in.
func interpolate(text string, value func(name string) string) (string, error) {
	var failed error
	filled := variable.ReplaceAllStringFunc(text, func(found string) string {
		if found == "$$" {
			return "$"
		}
		parts := variable.FindStringSubmatch(found)
		name := parts[1] + parts[4]
		if strings.HasSuffix(parts[2], "-") {
			return parts[3]
		}
		if value := value(name); value != "" {
			return value
		}
		failed = errors.Join(failed, fmt.Errorf("variable %s has no value", name))
		return ""
	})
	return filled, failed
}

// order lists the services that are run here, each behind those that it waits for: what is built from this repository, and what
// has to be done before that can start.
func (c compose) order() ([]string, error) {
	if len(c.Services) == 0 {
		return nil, errors.New("there are no services")
	}
	var order []string
	const visiting, done = 1, 2
	state := map[string]int{}
	var visit func(name string) error
	visit = func(name string) error {
		s, known := c.Services[name]
		switch {
		case !known:
			return fmt.Errorf("no service is called %q", name)
		case state[name] == visiting:
			return fmt.Errorf("service %q waits for itself", name)
		case state[name] == done:
			return nil
		}
		state[name] = visiting
		for _, needed := range slices.Sorted(maps.Keys(s.DependsOn)) {
			if err := visit(needed); err != nil {
				return fmt.Errorf("service %q: %w", name, err)
			}
		}
		state[name] = done
		if len(s.Profiles) == 0 && (s.Build != nil || c.oneShot(name)) {
			order = append(order, name)
		}
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(c.Services)) {
		if err := visit(name); err != nil {
			return nil, err
		}
	}
	return order, nil
}

// oneShot tells whether others wait for the end of the service.
func (c compose) oneShot(name string) bool {
	for _, s := range c.Services {
		if s.DependsOn[name] == completed {
			return true
		}
	}
	return false
}
