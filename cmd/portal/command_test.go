package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/bus"
	"prportal.example/internal/daemon"
	"prportal.example/internal/event"
	"prportal.example/internal/photos"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

// program runs one command with these settings.
func program(ctx context.Context, settings map[string]string, stdin string, args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	err = run(ctx, args, func(name string) string { return settings[name] }, strings.NewReader(stdin), &out, &errs)
	return out.String(), errs.String(), err
}

func database(url string) map[string]string { return map[string]string{"PRPORTAL_DATABASE_URL": url} }

func exitCode(err error) int {
	var exit *daemon.ExitError
	if errors.As(err, &exit) {
		return exit.Code
	}
	return 1
}

// migrated is the URL of a database with a person.
func migrated(t *testing.T) string {
	t.Helper()
	url := testenv.SQLite(t)
	if _, _, err := program(t.Context(), database(url), "", "migrate"); err != nil {
		t.Fatal(err)
	}
	db := open(t, url)
	if err := db.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutPerson(t.Context(), store.Person{Application: "A", ClientID: "9900-0001", GivenNames: "Zoë", BirthDate: "1990-01-02",
			Email: "zoe@people.example", Language: "fr"}, time.Now())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return url
}

func open(t *testing.T, url string) *store.Store {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestMigrateTwiceIsHarmless(t *testing.T) {
	url := migrated(t)
	if _, _, err := program(t.Context(), database(url), "", "migrate"); err != nil {
		t.Error(err)
	}
	if err := open(t, url).CheckSchema(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAccountsAreAdded(t *testing.T) {
	url := migrated(t)
	const password = "a horse on the moon"
	add := func(stdin string, args ...string) (string, error) {
		out, _, err := program(t.Context(), database(url), stdin, args...)
		if strings.Contains(out, password) || (err != nil && strings.Contains(err.Error(), password)) {
			t.Errorf("the password is shown: %s, %v", out, err)
		}
		return out, err
	}
	for _, c := range []struct {
		args []string
		said string
	}{
		{[]string{"officer", "add", "-username", "Olga"}, "officer olga can sign in\n"},
		{[]string{"officer", "add", "-supervisor", "-username", "boss"}, "supervisor boss can sign in\n"},
		{[]string{"applicant", "add", "-client-id", "9900-0001", "-username", "zoe"}, "applicant zoe can sign in\n"},
	} {
		if out, err := add(password+"\r\n", c.args...); err != nil || out != c.said {
			t.Errorf("%v: %q, %v", c.args, out, err)
		}
		if _, err := add(password+"\n", c.args...); !errors.Is(err, account.ErrExists) || !strings.Contains(err.Error(), "exists") {
			t.Errorf("%v again: %v", c.args, err)
		}
	}
	accounts, err := account.New(account.Config{Store: open(t, url), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for name, role := range map[string]store.Role{"olga": store.RoleOfficer, "boss": store.RoleSupervisor, "zoe": store.RoleApplicant} {
		if _, err := accounts.SignIn(t.Context(), name, password, role); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range []struct {
		stdin string
		args  []string
		want  error
	}{
		{"14 characters!\n", []string{"officer", "add", "-username", "otto"}, account.ErrPasswordShort},
		{strings.Repeat("ab", 600), []string{"officer", "add", "-username", "otto"}, account.ErrPasswordLong},
		{strings.Repeat("x", 30), []string{"officer", "add", "-username", "otto"}, account.ErrPasswordEasy},
		{password, []string{"officer", "add", "-username", "two words"}, account.ErrUsername},
		{password, []string{"applicant", "add", "-client-id", "0", "-username", "ana"}, account.ErrNoPerson},
		{password, []string{"applicant", "add", "-client-id", "9900-0001", "-username", "ana"}, account.ErrExists},
	} {
		if _, err := add(c.stdin, c.args...); !errors.Is(err, c.want) {
			t.Errorf("%v: %v, want %v", c.args, err, c.want)
		}
	}
	if _, err := add("", "officer", "add", "-username", "otto"); err == nil || !strings.Contains(err.Error(), "standard input") {
		t.Errorf("no password: %v", err)
	}
}

func TestAccountsAreClosed(t *testing.T) {
	url := migrated(t)
	closing := func() (string, error) {
		out, _, err := program(t.Context(), database(url), "", "account", "close", "-username", "Olga")
		return out, err
	}
	if _, err := closing(); !errors.Is(err, account.ErrNoAccount) {
		t.Errorf("no such account: %v", err)
	}
	if _, _, err := program(t.Context(), database(url), "a horse on the moon\n", "officer", "add", "-username", "olga"); err != nil {
		t.Fatal(err)
	}
	if out, err := closing(); err != nil || out != "officer olga can't sign in any more\n" {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := closing(); !errors.Is(err, account.ErrNoAccount) {
		t.Errorf("again: %v", err)
	}
	if a, err := open(t, url).AccountByUsername(t.Context(), "olga"); err != nil || a.ClosedAt.IsZero() {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestMisuseIsExplained(t *testing.T) {
	for _, args := range [][]string{{"serve"}, {"officer"}, {"officer", "remove"}, {"officer", "add"}, {"applicant", "add", "-username", "x"},
		{"officer", "add", "-username", "x", "-client-id", "y"}, {"officer", "add", "-username", "x", "y"}, {"migrate", "now"},
		{"topics", "x"}, {"card"}, {"buckets", "x"}, {"bounce", "x"}, {"account"}, {"account", "open"}, {"account", "close"}, {"-rolls", "web"}} {
		_, stderr, err := program(t.Context(), nil, "", args...)
		if exitCode(err) != 2 || !strings.Contains(stderr+err.Error(), "usage: portal") {
			t.Errorf("%v: %v, %q", args, err, stderr)
		}
	}
	if _, stderr, err := program(t.Context(), nil, "", "-h"); !errors.Is(err, flag.ErrHelp) || !strings.Contains(stderr, "usage: portal") {
		t.Errorf("-h: %v, %q", err, stderr)
	}
}

func TestEveryBadSettingIsNamedAtOnce(t *testing.T) {
	all := []string{"PRPORTAL_DATABASE_URL", "PRPORTAL_KAFKA_BROKERS", "PRPORTAL_S3_ENDPOINT", "PRPORTAL_S3_ACCESS_KEY", "PRPORTAL_S3_SECRET_KEY",
		"PRPORTAL_SMTP_ADDR", "PRPORTAL_MAIL_FROM", "PRPORTAL_CONTACT_EMAIL", "PRPORTAL_PUBLIC_URL", "PRPORTAL_OFFICER_URL"}
	_, _, err := program(t.Context(), nil, "")
	for _, name := range all {
		if err == nil || !strings.Contains(err.Error(), name+" is not set") {
			t.Errorf("%s is not named: %v", name, err)
		}
	}
	_, _, err = program(t.Context(), map[string]string{"PRPORTAL_UNDO_WINDOW": "soon", "PRPORTAL_CARD_WITHIN": "0s", "PRPORTAL_TIMEZONE": "Mars/North",
		"PRPORTAL_ROLES": "web,cook", "PRPORTAL_TRUSTED_PROXIES": "10.0.0.0/8, the one in the cellar", "PRPORTAL_S3_SECURE": "perhaps", "PRPORTAL_CONTACT_EMAIL": "the desk", "PRPORTAL_PUBLIC_URL": "photos.example"}, "")
	for _, name := range []string{"PRPORTAL_UNDO_WINDOW", "PRPORTAL_CARD_WITHIN", "PRPORTAL_TIMEZONE", "PRPORTAL_ROLES", "PRPORTAL_S3_SECURE", "PRPORTAL_PUBLIC_URL",
		"PRPORTAL_TRUSTED_PROXIES", "PRPORTAL_CONTACT_EMAIL"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named: %v", name, err)
		}
	}
	_, _, err = program(t.Context(), map[string]string{"PRPORTAL_SMTP_USERNAME": "me"}, "", "-roles", "relay")
	if err == nil || !strings.Contains(err.Error(), "PRPORTAL_SMTP_PASSWORD") {
		t.Errorf("half a sign-in at the mail server: %v", err)
	}
}

func TestARoleNeedsOnlyItsOwnSettings(t *testing.T) {
	settings := map[string]string{"PRPORTAL_DATABASE_URL": "sqlite:/nowhere/x.db", "PRPORTAL_KAFKA_BROKERS": " a:1 , b:2 "}
	s, err := readSettings(func(name string) string { return settings[name] }, "results")
	if err != nil || len(s.kafka.Brokers) != 2 || s.has(roleWeb) || s.objects != (photos.Config{}) {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestProxies(t *testing.T) {
	env := daemon.NewEnv(func(string) string { return " 10.0.0.0/8 ,192.0.2.7, 2001:db8::1," })
	proxies := readProxies(env)
	if err := env.Err(); err != nil || fmt.Sprint(proxies) != "[10.0.0.0/8 192.0.2.7/32 2001:db8::1/128]" {
		t.Errorf("%v, %v", proxies, err)
	}
}

func TestTopics(t *testing.T) {
	brokers := testenv.Kfake(t)
	settings := map[string]string{"PRPORTAL_KAFKA_BROKERS": brokers[0]}
	config := bus.Config{Brokers: brokers, ClientID: "test"}
	var missing *bus.MissingTopicError
	if err := bus.VerifyTopics(t.Context(), config, allTopics()); !errors.As(err, &missing) {
		t.Fatalf("before: %v", err)
	}
	for range 2 {
		if _, _, err := program(t.Context(), settings, "", "topics"); err != nil {
			t.Fatal(err)
		}
	}
	if err := bus.VerifyTopics(t.Context(), config, allTopics()); err != nil {
		t.Error(err)
	}
	names := map[string]bool{}
	for _, spec := range allTopics() {
		names[spec.Name] = true
	}
	for _, topic := range event.Topics() {
		if !names[topic.Name] || !names[topic.Name+".dead"] {
			t.Errorf("%s or its dead letters are missing", topic.Name)
		}
	}
	for _, spec := range usedTopics() {
		if strings.HasPrefix(spec.Name, event.TopicApplicationApproved) {
			t.Errorf("%s is not this program's", spec.Name)
		}
	}
}

func objectStore(c photos.Config) map[string]string {
	return map[string]string{"PRPORTAL_S3_ENDPOINT": c.Endpoint, "PRPORTAL_S3_ACCESS_KEY": c.AccessKey,
		"PRPORTAL_S3_SECRET_KEY": c.SecretKey, "PRPORTAL_S3_REGION": c.Region}
}

func TestBuckets(t *testing.T) {
	config := testenv.Versity(t)
	for range 2 {
		if _, _, err := program(t.Context(), objectStore(config), "", "buckets"); err != nil {
			t.Fatal(err)
		}
	}
	objects, err := photos.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	defer objects.Close()
	for _, bucket := range photos.Buckets() {
		if err := objects.Ready(t.Context(), bucket); err != nil {
			t.Error(err)
		}
	}
}
