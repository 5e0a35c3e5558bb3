// Package storetest gives the tests of other rooms a database, and people in it.
package storetest

import (
	"testing"
	"time"

	"prportal.example/internal/store"
)

// Open is the store of a database that was empty, with its tables. It is closed after the test.
func Open(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Put takes a person in, and returns them as they are then, with the id of their case.
func Put(t testing.TB, s *store.Store, p store.Person, now time.Time) (person store.Person, caseID string) {
	t.Helper()
	err := s.Tx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.PutPerson(t.Context(), p, now); err != nil {
			return err
		}
		var err error
		if person, err = tx.PersonByClientID(t.Context(), p.ClientID); err != nil {
			return err
		}
		c, err := tx.CaseByPerson(t.Context(), person.ID)
		caseID = c.ID
		return err
	})
	if err != nil {
		t.Fatalf("take in %s: %v", p.ClientID, err)
	}
	return person, caseID
}
