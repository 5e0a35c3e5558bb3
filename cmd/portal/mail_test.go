package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

func TestEachSenderOfMailNeedsItsOwnSettings(t *testing.T) {
	given := map[string]string{"PRPORTAL_DATABASE_URL": "sqlite:/nowhere/x.db", "PRPORTAL_KAFKA_BROKERS": "a:1",
		"PRPORTAL_PUBLIC_URL": "https://photos.example", "PRPORTAL_MAIL_SENDER": "notify"}
	read := func() (settings, error) {
		return readSettings(func(name string) string { return given[name] }, "relay")
	}
	_, err := read()
	for _, name := range []string{"PRPORTAL_NOTIFY_KEY", "PRPORTAL_NOTIFY_TEMPLATE_EN", "PRPORTAL_NOTIFY_TEMPLATE_FR"} {
		if err == nil || !strings.Contains(err.Error(), name+" is not set") {
			t.Errorf("%s is not named: %v", name, err)
		}
		given[name] = "x"
	}
	if err == nil || strings.Contains(err.Error(), "SMTP") {
		t.Errorf("a mail server is asked for: %v", err)
	}
	given["PRPORTAL_CONTACT_EMAIL"], given["PRPORTAL_CONTACT_PHONE"] = "help@portal.example", "1 555 0100"
	if s, err := read(); err != nil || s.notify == nil || s.notify.Templates["fr"] != "x" || s.contact.Email != "help@portal.example" {
		t.Errorf("%+v, %v", s, err)
	}
	given["PRPORTAL_MAIL_SENDER"] = "pigeon"
	if _, err := read(); err == nil || !strings.Contains(err.Error(), "PRPORTAL_MAIL_SENDER") {
		t.Errorf("an unknown sender: %v", err)
	}
	_, err = readSettings(func(name string) string {
		return map[string]string{"PRPORTAL_NOTIFY_CALLBACK_TOKEN": "short"}[name]
	}, "web")
	if err == nil || !strings.Contains(err.Error(), "PRPORTAL_NOTIFY_CALLBACK_TOKEN: ") || strings.Contains(err.Error(), `"short"`) {
		t.Errorf("a short token: %v", err)
	}
}

func TestA1MailBouncesComeOnStandardInput(t *testing.T) {
	url := migrated(t)
	db := open(t, url)
	person, err := db.PersonByClientID(t.Context(), "9900-0001")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.EnqueueMail(t.Context(), store.Mail{Kind: store.MailDeclined, PersonID: person.ID}, time.Now())
	}); err != nil {
		t.Fatal(err)
	}
	rows, err := db.DueMails(t.Context(), time.Now(), 10)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	report, err := os.ReadFile("../../internal/bounce/testdata/unknown-user.eml")
	if err != nil {
		t.Fatal(err)
	}
	settings := database(url)
	settings["PRPORTAL_PUBLIC_URL"] = "https://photos.example/portal"
	ours := strings.ReplaceAll(string(report), "0198c1de-7f00-7000-8000-000000000001", rows[0].ID)
	for _, c := range []struct{ message, said string }{
		{ours, rows[0].ID + ": recorded\n"}, {ours, rows[0].ID + ": recorded before\n"},
		{string(report), "0198c1de-7f00-7000-8000-000000000001: no e-mail of ours; nothing was done\n"},
		{"Subject: hello\n\nI am on holiday.\n", "not a report of a failed delivery of ours; nothing was done\n"},
	} {
		out, _, err := program(t.Context(), settings, c.message, "bounce")
		if err != nil || out != c.said {
			t.Errorf("%q, %v; want %q", out, err, c.said)
		}
	}
	tasks, err := db.OfficeTasksOfPerson(t.Context(), person.ID)
	if err != nil || len(tasks) != 1 || tasks[0].Kind != store.OfficeBounced {
		t.Errorf("%+v, %v", tasks, err)
	}
	// The mail server keeps what could not be recorded, and gives it again.
	settings["PRPORTAL_DATABASE_URL"] = testenv.SQLite(t)
	if _, _, err := program(t.Context(), settings, ours, "bounce"); exitCode(err) != tryAgain {
		t.Errorf("a database without a schema: %v", err)
	}
}
