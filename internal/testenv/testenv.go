// Package testenv gives tests the servers that the system runs on, real ones and embedded ones. Servers that
// tools/services.sh has started are used, with databases and topics of the test's own; any other is started for the test's
// process and ends with it. Nothing is ever skipped: what is missing fails the test with the command that installs it.
package testenv

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"prportal.example/internal/bus"
	"prportal.example/internal/embedded/broker"
	"prportal.example/internal/photos"
	"prportal.example/internal/testenv/servers"
)

// Kafka is the address of an Apache Kafka broker, shared with other tests: use Topic for topics.
func Kafka(t testing.TB) []string {
	t.Helper()
	return []string{server(t, "kafka")}
}

// Kfake is the address of an embedded broker of the test's own, which is empty at first and ends with the test.
func Kfake(t testing.TB) []string {
	t.Helper()
	b, err := broker.Start(broker.Config{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return []string{b.Addr()}
}

// Topic makes a topic of the test's own, and its dead-letter topic.
func Topic(t testing.TB, brokers []string, partitions int) string {
	t.Helper()
	name := "test-" + unique()
	specs := []bus.TopicSpec{{Name: name, Partitions: partitions, Retention: time.Hour},
		{Name: bus.DeadLetterTopic(name), Partitions: 1, Retention: time.Hour}}
	if err := bus.EnsureTopics(t.Context(), bus.Config{Brokers: brokers, ClientID: "testenv"}, specs); err != nil {
		t.Fatal(err)
	}
	return name
}

// Postgres is the URL of an empty database of the test's own on a real PostgreSQL server. It is dropped after the test.
func Postgres(t testing.TB) string {
	t.Helper()
	address, err := url.Parse(server(t, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + unique()
	execute := func(ctx context.Context, statement string) {
		t.Helper()
		db, err := sql.Open("pgx", address.String())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(ctx, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	execute(t.Context(), "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)") })
	own := *address
	own.Path = "/" + name
	return own.String()
}

// SQLite is the URL of an SQLite database in a folder of the test's own; the file does not exist yet.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
}

// OnBoth runs a test, or a benchmark, on SQLite and on PostgreSQL, each with the URL of an empty database.
func OnBoth[T interface {
	testing.TB
	Run(name string, test func(T)) bool
}](t T, test func(t T, url string)) {
	t.Helper()
	t.Run("SQLite", func(t T) { test(t, SQLite(t)) })
	t.Run("PostgreSQL", func(t T) { test(t, Postgres(t)) })
}

// MinIO is a MinIO server with its root keys, shared with other tests: keys of objects must be unique.
func MinIO(t testing.TB) photos.Config {
	t.Helper()
	config, _ := objectStore(t, server(t, "minio"))
	return config
}

// MinIOUser is MinIO with keys of a new user who may do what the policy (JSON) says and nothing else.
func MinIOUser(t testing.TB, policy string) photos.Config {
	t.Helper()
	config := MinIO(t)
	mc, err := servers.MinIOClient()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	file := filepath.Join(home, "policy.json")
	if err := os.WriteFile(file, []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
	user, key := "user-"+unique(), rand.Text()
	for _, args := range [][]string{
		{"admin", "user", "add", "test", user, key},
		{"admin", "policy", "create", "test", user, file},
		{"admin", "policy", "attach", "test", user, "--user", user},
	} {
		cmd := exec.CommandContext(t.Context(), mc, append([]string{"--config-dir", home, "--quiet"}, args...)...)
		cmd.Env = append(os.Environ(), "MC_HOST_test=http://"+config.AccessKey+":"+config.SecretKey+"@"+config.Endpoint)
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("mc %s: %v: %s", strings.Join(args[:3], " "), err, said)
		}
	}
	config.AccessKey, config.SecretKey = user, key
	return config
}

// Versity is the embedded object store with its root keys, in a process of its own, shared like MinIO's.
func Versity(t testing.TB) photos.Config {
	t.Helper()
	config, _ := objectStore(t, server(t, "versity"))
	return config
}

// VersityLeast is Versity with a second pair of keys, which may do what bucket policies grant it and nothing else.
func VersityLeast(t testing.TB) photos.Config {
	t.Helper()
	config, query := objectStore(t, server(t, "versity"))
	var ok bool
	if config.AccessKey, config.SecretKey, ok = strings.Cut(query.Get("least"), ":"); !ok {
		t.Fatal("the store has no second pair of keys")
	}
	return config
}

func objectStore(t testing.TB, value string) (photos.Config, url.Values) {
	t.Helper()
	address, err := url.Parse(value)
	if err != nil {
		t.Fatal(err)
	}
	key, _ := address.User.Password()
	return photos.Config{Endpoint: address.Host, AccessKey: address.User.Username(), SecretKey: key, Region: "us-east-1"},
		address.Query()
}

// unique is part of a name that no other test has.
func unique() string { return strings.ToLower(rand.Text()[:16]) }

// own holds the servers of this process by name. They are kept for all its tests, since a start takes seconds; the
// program that runs them ends when this process does, however that happens, because its standard input is then closed.
var own = struct {
	sync.Mutex
	values map[string]string
	inputs []any // keeps the pipes open
}{values: map[string]string{}}

// server returns what describes the running server: see package servers.
func server(t testing.TB, name string) string {
	t.Helper()
	variable := "TESTENV_" + strings.ToUpper(name)
	if value := os.Getenv(variable); value != "" {
		return value
	}
	own.Lock()
	defer own.Unlock()
	if value := own.values[name]; value != "" {
		return value
	}
	value, input, err := start(name, variable)
	if err != nil {
		t.Fatalf("start %s for this test: %v", name, err)
	}
	own.values[name] = value
	own.inputs = append(own.inputs, input)
	return value
}

func start(name, variable string) (value string, input any, err error) {
	cmd := exec.Command("go", "run", "prportal.example/tools/testenv/services", "run", name)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if found, ok := strings.CutPrefix(lines.Text(), variable+"="); ok {
			value = found
		}
		if lines.Text() == "ready" && value != "" {
			return value, stdin, nil
		}
	}
	return "", nil, fmt.Errorf("%w: %s", cmd.Wait(), strings.TrimSpace(said.String()))
}
