package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

func TestADatabaseThatIsDownIsToldFromABadStatement(t *testing.T) {
	ctx := context.Background()
	testenv.OnBoth(t, func(t *testing.T, address string) {
		s := open(t, address, true)
		a := store.Account{ID: "a", Username: "olga", CreatedAt: now}
		add := func() error { return s.Tx(ctx, func(tx *store.Tx) error { return tx.InsertAccount(ctx, a) }) }
		if err := errors.Join(add(), nil); err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{
			"nothing": nil, "a key that is there": add(),
			"a row that is not there": second(s.Account(ctx, "nobody")),
			"a reference to nothing": s.Tx(ctx, func(tx *store.Tx) error {
				return tx.InsertPhoto(ctx, store.Photo{ID: "p", CaseID: "none", UploadedAt: now})
			}),
		} {
			if store.IsDown(err) {
				t.Errorf("%s counts as a database that is down: %v", what, err)
			}
		}
		late, cancel := context.WithDeadline(ctx, now.Add(-24*time.Hour))
		defer cancel()
		if err := s.Tx(late, func(*store.Tx) error { return nil }); !store.IsDown(err) {
			t.Errorf("no answer in time: %v", err)
		}
	})
	gone, err := url.Parse(testenv.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	gone.Host = "127.0.0.1:1"
	if _, err := store.Open(ctx, store.Config{URL: gone.String()}); !store.IsDown(err) {
		t.Errorf("nobody listens: %v", err)
	}
	if _, err := store.Open(ctx, store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "no", "folder.db")}); !store.IsDown(err) {
		t.Errorf("no folder: %v", err)
	}
	if err := fmt.Errorf("in the middle of an answer: %w", io.ErrUnexpectedEOF); !store.IsDown(err) {
		t.Error(err)
	}
	for code, want := range map[string]bool{"57P01": true, "53300": true, "08006": true, "23505": false, "22P05": false, "": false} {
		if err := fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: code}); store.IsDown(err) != want {
			t.Errorf("code %q: %t", code, !want)
		}
	}
}

func second[T any](_ T, err error) error { return err }
