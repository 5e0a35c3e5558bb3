package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"testing"
	"time"

	"prportal.example/internal/inbox"
	"prportal.example/internal/mail"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
)

// BenchmarkInvitations hands invitations of as many people over to the inbox of standalone, which writes each to the disk.
func BenchmarkInvitations(b *testing.B) {
	testenv.OnBoth(b, func(b *testing.B, url string) {
		w := newWorld(b, url)
		box, err := inbox.Open(inbox.Config{Dir: b.TempDir(), Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
		w.ok(err)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		w.ok(err)
		run, stop := context.WithCancel(ctx)
		defer stop()
		go func() { _ = box.ServeSMTP(run, l) }()
		w.server.addr = l.Addr().String()
		for from := 0; from < b.N; from += 500 {
			w.tx(func(tx *store.Tx) error {
				for i := from; i < min(from+500, b.N); i++ {
					client := fmt.Sprint("B", i)
					if _, err := tx.PutPerson(ctx, store.Person{Application: client, ClientID: client, GivenNames: "Zoë", BirthDate: "1990-01-02",
						Email: client + "@people.example", Language: "en"}, w.now()); err != nil {
						return err
					}
					p, err := tx.PersonByClientID(ctx, client)
					if err != nil {
						return err
					}
					if err := tx.InsertInvitation(ctx, p.ID, w.now()); err != nil {
						return err
					}
					if err := tx.EnqueueMail(ctx, store.Mail{Kind: store.MailInvitation, PersonID: p.ID}, w.now()); err != nil {
						return err
					}
				}
				return nil
			})
		}
		r := w.relay("a", nil)
		b.ResetTimer()
		for sent := 0; sent < b.N; {
			n, err := w.turn(r, store.KindMail)
			w.ok(err)
			sent += n
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
		b.StopTimer()
		w.ok(r.c.Mailer.Sender.(*mail.SMTP).Close())
	})
}
