package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/proof"
	"prportal.example/internal/store"
)

// asked is a proof of status that the person has asked for.
func asked(t *testing.T, db *store.Store) store.Proof {
	t.Helper()
	person, err := db.PersonByClientID(t.Context(), "9900-0001")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.AddDeclaration(t.Context(), store.Declaration{PersonID: person.ID, Answer: store.InCanada, AccountID: "a", MadeAt: time.Now()})
	}); err != nil {
		t.Fatal(err)
	}
	p, err := proof.New(proof.Config{Store: db, Now: time.Now}).Request(t.Context(), person.ID, "a")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestA5TheOfficeListsAndRevokesProofs(t *testing.T) {
	url := migrated(t)
	db := open(t, url)
	p := asked(t, db)
	run := func(stdin string, args ...string) (string, error) {
		out, _, err := program(t.Context(), database(url), stdin, args...)
		return out, err
	}
	if out, err := run("", "proof", "list", "-client-id", "9900-0001"); err != nil || !strings.Contains(out, p.Number) || !strings.Contains(out, "confirmed") {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := run("\n", "proof", "revoke", "-number", p.Number); err == nil || !strings.Contains(err.Error(), "no reason") {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := run("x", "proof", "revoke", "-number", "PS-0000-0000-0001"); err == nil || !strings.Contains(err.Error(), "mistake in the document number") {
		t.Errorf("a mistyped number: %v", err)
	}
	if out, err := run("It went to the wrong person\n", "proof", "revoke", "-number", strings.ToLower(p.Number)); err != nil || out != p.Number+" is revoked\n" {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := run("", "proof", "revoke", "-number", p.Number, "-reason", "again"); err == nil || !strings.Contains(err.Error(), "revoked already") {
		t.Errorf("twice: %v", err)
	}
	if out, err := run("", "proof", "list", "-client-id", "9900-0001"); err != nil || !strings.Contains(out, "revoked") || strings.Contains(out, "wrong person") {
		t.Errorf("%q, %v", out, err)
	}
	person, err := db.PersonByClientID(t.Context(), "9900-0001")
	if err != nil {
		t.Fatal(err)
	}
	c, err := db.CaseByPerson(t.Context(), person.ID)
	if err != nil {
		t.Fatal(err)
	}
	notes, err := db.Notes(t.Context(), c.ID)
	if err != nil || len(notes) != 1 || notes[0].Body != "It went to the wrong person" {
		t.Errorf("%+v, %v", notes, err)
	}
	for _, args := range [][]string{{"proof"}, {"proof", "make"}, {"proof", "list"}, {"proof", "revoke"}, {"proof", "list", "-number", "x"}} {
		if _, err := run("", args...); exitCode(err) != 2 {
			t.Errorf("%v: %v", args, err)
		}
	}
	if _, err := run("", "proof", "list", "-client-id", "nobody"); err == nil {
		t.Error("nobody's proofs")
	}
}

// TestA5ABrowserNeverSitsBesideThePages: it is no role of a plain portal, and goes with none.
func TestA5ABrowserNeverSitsBesideThePages(t *testing.T) {
	settings := map[string]string{"PRPORTAL_DATABASE_URL": "sqlite:/nowhere/x.db", "PRPORTAL_S3_ENDPOINT": "a:1", "PRPORTAL_S3_ACCESS_KEY": "k",
		"PRPORTAL_S3_SECRET_KEY": "s"}
	getenv := func(name string) string { return settings[name] }
	if s, _ := readSettings(getenv, ""); s.has(roleProofs) || !slices.Equal(s.roles, []string{roleWeb, roleRelay, roleResults}) {
		t.Errorf("by default: %v", s.roles)
	}
	if _, err := readSettings(getenv, "web,proofs"); err == nil || !strings.Contains(err.Error(), "process of its own") {
		t.Errorf("beside the pages: %v", err)
	}
	s, err := readSettings(getenv, "proofs")
	if err != nil || s.chromium != "chromium" || s.listen != "" || s.objects.Endpoint != "a:1" {
		t.Errorf("%+v, %v", s, err)
	}
	settings["PRPORTAL_PROOF"] = "soon"
	if _, err := readSettings(getenv, "web"); err == nil || !strings.Contains(err.Error(), "PRPORTAL_PROOF") {
		t.Errorf("%v", err)
	}
	settings["PRPORTAL_PROOF"] = "confirmed"
	if s, _ := readSettings(getenv, "web"); !s.confirmProofs {
		t.Error("an officer's word is not waited for")
	}
}

// TestA5TheRoleMakesProofs runs the portal and, in the same way, the process that makes proofs.
func TestA5TheRoleMakesProofs(t *testing.T) {
	s := newSystem(t)
	p := asked(t, s.store)
	stop := s.serve("-roles", "relay")
	waiting := func() string {
		_, metrics := s.get(s.at.Ops + "/metrics")
		return fmt.Sprint(regexp.MustCompile(`(?m)^prportal_proofs_\S+ [1-9]`).FindAllString(metrics, -1))
	}
	s.await("a proof that waits", func() bool { return strings.Contains(waiting(), "prportal_proofs_waiting 1") })
	stop()

	s.settings["PRPORTAL_CHROMIUM"] = "/no/such/browser"
	stop = s.serve("-roles", "proofs")
	if status, body := s.get(s.at.Ops + "/readyz"); status != 503 || !strings.Contains(body, "browser") || !strings.Contains(body, "not installed") {
		t.Errorf("without a browser: %d %s", status, body)
	}
	stop()

	delete(s.settings, "PRPORTAL_CHROMIUM")
	stop = s.serve("-roles", "proofs")
	defer stop()
	if s.at.Listen != "" || s.at.Officer != "" {
		t.Errorf("it listens for requests: %+v", s.at)
	}
	s.await("the proof", func() bool {
		got, err := s.store.Proof(t.Context(), p.ID)
		s.ok(err)
		return got.State == store.ProofIssued
	})
	if status, body := s.get(s.at.Ops + "/readyz"); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	if _, metrics := s.get(s.at.Ops + "/metrics"); !strings.Contains(metrics, `prportal_proofs_total{result="issued"} 1`) {
		t.Error("it is not counted")
	}
}
