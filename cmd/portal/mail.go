package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/bounce"
	"prportal.example/internal/daemon"
	"prportal.example/internal/mail"
	"prportal.example/internal/outbox"
	"prportal.example/internal/store"
)

// composer writes e-mails as the settings want them.
func (p *process) composer() (*mail.Composer, error) {
	return mail.NewComposer(mail.ComposerConfig{PublicURL: p.settings.publicURL, CardWithin: p.settings.cardWithin,
		Contact: mail.Contact(p.settings.contact)})
}

// mailer writes e-mails and hands them to the mail server, or to GC Notify.
func (p *process) mailer() (*outbox.Mailer, error) {
	composer, err := p.composer()
	if err != nil {
		return nil, err
	}
	accounts, err := account.New(account.Config{Store: p.store, Now: time.Now})
	if err != nil {
		return nil, err
	}
	m := &outbox.Mailer{Store: p.store, Composer: composer, Accounts: accounts, Bounces: p.bounces, Location: p.settings.location, Now: time.Now}
	if p.settings.notify != nil {
		m.Sender, err = mail.NewNotify(*p.settings.notify)
		return m, err
	}
	server, err := mail.NewSMTP(p.settings.smtp)
	if err != nil {
		return nil, err
	}
	p.closers = append(p.closers, server.Close)
	m.Sender = server
	return m, nil
}

// Exit statuses that mail servers understand from a program that they give mail to.
const tryAgain = 75

// takeBounce reads what a mail server says about an e-mail that it could not deliver, from standard input. What is no such thing is
// no failure: a mail server would send a bounce about it.
func takeBounce(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout io.Writer) (err error) {
	if err := noArguments(args); err != nil {
		return err
	}
	env := daemon.NewEnv(getenv)
	publicURL := requiredURL(env, "PRPORTAL_PUBLIC_URL")
	if err := env.Err(); err != nil {
		return err
	}
	composer, err := mail.NewComposer(mail.ComposerConfig{PublicURL: publicURL})
	if err != nil {
		return err
	}
	b, err := bounce.ReadReport(stdin, composer.Domain())
	if errors.Is(err, bounce.ErrNoBounce) {
		_, err = fmt.Fprintln(stdout, "not a report of a failed delivery of ours; nothing was done")
		return err
	}
	if err != nil {
		return err
	}
	db, err := openStore(ctx, getenv)
	if err != nil {
		return &daemon.ExitError{Code: tryAgain, Err: err}
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.CheckSchema(ctx); err != nil {
		return &daemon.ExitError{Code: tryAgain, Err: err}
	}
	return recordBounce(ctx, db, b, stdout)
}

func recordBounce(ctx context.Context, db *store.Store, b bounce.Bounce, stdout io.Writer) error {
	bounces, err := bounce.New(bounce.Config{Store: db, Now: time.Now})
	if err != nil {
		return err
	}
	first, err := bounces.Record(ctx, b)
	said := "recorded"
	switch {
	case errors.Is(err, bounce.ErrUnknown):
		said = "no e-mail of ours; nothing was done"
	case err != nil:
		return &daemon.ExitError{Code: tryAgain, Err: err}
	case !first:
		said = "recorded before"
	}
	_, err = fmt.Fprintf(stdout, "%s: %s\n", b.RowID, said)
	return err
}
