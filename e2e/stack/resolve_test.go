package main

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const example = `
x-app: &app
  build: {context: .., dockerfile: deploy/portal.Dockerfile}
x-env: &env
  PRPORTAL_DATABASE_URL: postgres://app:${DB_PASSWORD:?set it}@db:5432/prportal?sslmode=disable
  PRPORTAL_KAFKA_BROKERS: broker:9092,broker:9093
services:
  broker: {image: "apache/kafka:4.0.0"}
  db: {image: "postgres:17", environment: {NOT_ASKED_FOR: "${GRAFANA:?}"}}
  setup:
    image: mc
    entrypoint: [/bin/sh, /setup/setup.sh]
    environment: {MC_HOST_store: "http://root:1234@store:9000", KEY: "${DB_PASSWORD}"}
    volumes: ["named:/data", "./store:/setup:ro"]
  migrate:
    <<: *app
    command: [portal, migrate]
    environment: *env
    depends_on: {db: {condition: service_healthy}}
  portal:
    <<: *app
    command: portal
    environment:
      <<: *env
      PRPORTAL_LISTEN: ":8080"
      PRPORTAL_OFFICER_LISTEN: ":8081"
      PRPORTAL_PUBLIC_URL: ${PUBLIC_URL:-http://localhost:80}
      PRPORTAL_UNDO_WINDOW: 60s
      PRPORTAL_MAIL_FROM: Photos <photos@portal.example>
      PRPORTAL_SMTP_ADDR: ${SMTP:-mail:1025}
      PRPORTAL_SMTP_USERNAME: ${SMTP_USERNAME:-}
      PRPORTAL_REQUIRED: ${REQUIRED:?}
    ports: ["127.0.0.1:80:8080", "81:8081"]
    depends_on:
      migrate: {condition: service_completed_successfully}
      setup: {condition: service_completed_successfully}
      broker: {condition: service_started}
  validator:
    build: {context: ..}
    command: [validator]
    environment: ["PRPORTAL_MODELS=/usr/share/models", "PRPORTAL_WORKERS=$$1"]
    deploy: {replicas: 2, resources: {limits: {cpus: "1"}}}
  profiled: {build: ., profiles: [extra], image: other}
`

func examplePlace() place {
	next := 9000
	return place{
		servers: map[string]string{"broker": "127.0.0.1:7001", "db": "127.0.0.1:7002", "mail": "127.0.0.1:7003",
			"store": "127.0.0.1:7004"},
		bin: "/b", models: "/m", folder: "/deploy",
		set:      map[string]string{"PRPORTAL_UNDO_WINDOW": "0s"},
		freePort: func() (int, error) { next++; return next, nil },
	}
}

func readExample(t *testing.T, text string) (compose, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "compose.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return readCompose(file, func(name string) string { return map[string]string{"REQUIRED": "given", "DB_PASSWORD": "x"}[name] })
}

func TestProgramsGetTheFilesEnvironment(t *testing.T) {
	c, err := readExample(t, example)
	if err != nil {
		t.Fatal(err)
	}
	all, err := resolve(c, examplePlace())
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]program{}
	var names []string
	for _, p := range all {
		byName[p.name] = p
		names = append(names, p.name)
	}
	if want := []string{"migrate", "setup", "portal", "validator-1", "validator-2"}; !slices.Equal(names, want) {
		t.Fatalf("programs %v, want %v", names, want)
	}
	brokers := "127.0.0.1:7001,127.0.0.1:7001"
	database := "postgres://app:x@127.0.0.1:7002/prportal?sslmode=disable"
	if m := byName["migrate"]; !m.oneShot || m.path != "/b/portal" || !slices.Equal(m.args, []string{"migrate"}) ||
		!maps.Equal(m.env, map[string]string{"PRPORTAL_DATABASE_URL": database, "PRPORTAL_KAFKA_BROKERS": brokers}) {
		t.Errorf("migrate: %+v", m)
	}
	if m := byName["setup"]; !m.oneShot || m.path != "/bin/sh" || !slices.Equal(m.args, []string{"/deploy/store/setup.sh"}) ||
		!maps.Equal(m.env, map[string]string{"MC_HOST_store": "http://root:1234@127.0.0.1:7004", "KEY": "x"}) {
		t.Errorf("setup: %+v", m)
	}
	want := map[string]string{
		"PRPORTAL_DATABASE_URL": database, "PRPORTAL_KAFKA_BROKERS": brokers,
		"PRPORTAL_LISTEN": "127.0.0.1:9001", "PRPORTAL_OFFICER_LISTEN": "127.0.0.1:9002",
		"PRPORTAL_PUBLIC_URL":  "http://127.0.0.1:9001",
		"PRPORTAL_UNDO_WINDOW": "0s", "PRPORTAL_MAIL_FROM": "Photos <photos@portal.example>", "PRPORTAL_SMTP_ADDR": "127.0.0.1:7003",
		"PRPORTAL_SMTP_USERNAME": "", "PRPORTAL_REQUIRED": "given",
	}
	if p := byName["portal"]; p.oneShot || len(p.args) != 0 || !maps.Equal(p.env, want) {
		t.Errorf("portal: %+v, want %v", p, want)
	}
	if v := byName["validator-2"]; v.path != "/b/validator" || v.oneShot ||
		!maps.Equal(v.env, map[string]string{"PRPORTAL_MODELS": "/m", "PRPORTAL_WORKERS": "$1"}) {
		t.Errorf("validator: %+v", v)
	}
}

func TestWhatCannotBePutInPlaceIsNamed(t *testing.T) {
	for name, tc := range map[string]struct{ from, to, want string }{
		"unknown server":        {"broker:9093", "elsewhere:9093", "elsewhere:9093"},
		"no such dependency":    {"{db: {", "{nobody: {", `"nobody"`},
		"waits for itself":      {"{db: {", "{portal: {", "waits for itself"},
		"unpublished address":   {"127.0.0.1:80:8080", "8080:8080", "http://localhost:80"},
		"value from the host":   {"PRPORTAL_UNDO_WINDOW: 60s", "PRPORTAL_UNDO_WINDOW:", "PRPORTAL_UNDO_WINDOW"},
		"nothing to set":        {"PRPORTAL_UNDO_WINDOW: 60s", "OTHER: 60s", "PRPORTAL_UNDO_WINDOW"},
		"unknown program":       {"command: portal", "command: other", "other"},
		"variable nobody gives": {"${REQUIRED:?}", "${NOBODY:?}", "NOBODY"},
	} {
		c, err := readExample(t, strings.Replace(example, tc.from, tc.to, 1))
		if err == nil {
			_, err = resolve(c, examplePlace())
		}
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s in it", name, err, tc.want)
		}
	}
}

func TestNoPortNoPlace(t *testing.T) {
	c, err := readExample(t, example)
	if err != nil {
		t.Fatal(err)
	}
	p, failed := examplePlace(), errors.New("none left")
	p.freePort = func() (int, error) { return 0, failed }
	if _, err := resolve(c, p); !errors.Is(err, failed) {
		t.Errorf("%v", err)
	}
}
