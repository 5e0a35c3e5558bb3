package testenv

import (
	"database/sql"
	"errors"
	"net"
	"os"
	"strings"
	"testing"

	"prportal.example/internal/bus"
	"prportal.example/internal/photos"
)

func TestPostgresDatabasesAreApart(t *testing.T) {
	for _, address := range []string{Postgres(t), Postgres(t)} {
		db, err := sql.Open("pgx", address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), "CREATE TABLE photo (id TEXT PRIMARY KEY)"); err != nil {
			t.Errorf("the second database is not a new one: %v", err)
		}
	}
}

func TestBrokersAreWhatTheySay(t *testing.T) {
	for name, brokers := range map[string][]string{"kafka": Kafka(t), "kfake": Kfake(t)} {
		if err := bus.Ping(t.Context(), bus.Config{Brokers: brokers}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if a, b := Topic(t, brokers, 2), Topic(t, brokers, 2); a == b {
			t.Errorf("%s: two tests share topic %s", name, a)
		}
		onLoopback(t, name, brokers[0])
	}
}

func TestStoresAnswer(t *testing.T) {
	for name, config := range map[string]photos.Config{"minio": MinIO(t), "versitygw": Versity(t)} {
		onLoopback(t, name, config.Endpoint)
		store, err := photos.Open(config)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.EnsureBuckets(t.Context(), photos.Uploads); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := store.Ready(t.Context(), photos.Uploads); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func onLoopback(t *testing.T, name, address string) {
	t.Helper()
	host, _, err := net.SplitHostPort(address)
	if err != nil || !net.ParseIP(host).IsLoopback() {
		t.Errorf("%s listens on %s, want loopback only (%v)", name, address, err)
	}
}

func TestSQLiteIsAFileThatDoesNotExistYet(t *testing.T) {
	path, ok := strings.CutPrefix(SQLite(t), "sqlite:/")
	if _, err := os.Stat("/" + path); !ok || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%q: %v", path, err)
	}
}
