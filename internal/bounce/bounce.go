// Package bounce records e-mails that came back: refused when they were handed over, told by a receipt of GC Notify, or by a
// delivery status notification of a mail server. The office then has the person on its list.
package bounce

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/store"
)

// Config is what recording needs.
type Config struct {
	Store    *store.Store
	Now      func() time.Time
	Registry prometheus.Registerer // nil: nothing is counted
}

// Service records bounces. It is safe for concurrent use.
type Service struct {
	c     Config
	total *prometheus.CounterVec
}

// How a bounce became known.
const (
	ByRefusal = "refusal" // of the server that the e-mail was handed to
	ByReceipt = "receipt" // of GC Notify
	ByReport  = "report"  // a delivery status notification
)

// New registers the metric.
func New(c Config) (*Service, error) {
	s := &Service{c: c, total: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_mail_bounces_total",
		Help: "E-mails that came back, by how that became known."}, []string{"how"})}
	if c.Registry != nil {
		if err := c.Registry.Register(s.total); err != nil {
			return nil, fmt.Errorf("metrics of bounces: %w", err)
		}
	}
	for _, how := range []string{ByRefusal, ByReceipt, ByReport} {
		s.total.WithLabelValues(how)
	}
	return s, nil
}

// Bounce is an e-mail that came back.
type Bounce struct {
	RowID string // of the outbox
	Code  string // of the server that sent it back, such as "5.1.1"; its words are not kept, since they repeat addresses
	How   string
	// To is the address that it was for, where that is known. Else it is the one that the person had when it was handed over.
	To string
}

// ErrUnknown means that the bounce is about no e-mail of ours.
var ErrUnknown = errors.New("no e-mail of ours")

// Record records a bounce and reports whether it is new. It fails with ErrUnknown.
func (s *Service) Record(ctx context.Context, b Bounce) (first bool, err error) {
	err = s.c.Store.Tx(ctx, func(tx *store.Tx) (err error) {
		first, err = s.RecordIn(ctx, tx, b)
		return err
	})
	if err == nil && first {
		s.Count(b.How)
	}
	return first, err
}

// Count counts a bounce whose transaction, begun by somebody else, has been committed.
func (s *Service) Count(how string) { s.total.WithLabelValues(how).Inc() }

// RecordIn is Record as a part of a transaction, and counts nothing. The same bounce twice is one. Mail to an address that is not
// the person's any more is noted, and needs nobody.
func (s *Service) RecordIn(ctx context.Context, tx *store.Tx, b Bounce) (first bool, err error) {
	row, err := tx.MailRow(ctx, b.RowID)
	if errors.Is(err, store.ErrNotFound) {
		return false, ErrUnknown
	}
	if err != nil {
		return false, err
	}
	var m store.Mail
	if err := json.Unmarshal(row.Payload, &m); err != nil {
		return false, fmt.Errorf("e-mail row %s: %w", row.ID, err)
	}
	now := s.c.Now()
	if first, err = tx.MailBounced(ctx, row.ID, codeOf(b.Code), now); err != nil || !first {
		return false, err
	}
	person, err := tx.Person(ctx, m.PersonID)
	if err != nil {
		return false, err
	}
	c, err := tx.CaseByPerson(ctx, person.ID)
	if err != nil {
		return false, err
	}
	if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: "mail_bounced", CaseID: c.ID,
		Detail: map[string]any{"row": row.ID, "mail": string(m.Kind), "code": codeOf(b.Code)}}); err != nil {
		return false, err
	}
	theirs, err := stillTheirs(ctx, tx, row, m, person, b.To)
	if err != nil || !theirs || !person.WithdrawnAt.IsZero() {
		return true, err
	}
	if m.Kind == store.MailInvitation || m.Kind == store.MailInvitationReminder {
		if err := tx.InvitationBounced(ctx, person.ID, now); err != nil && !errors.Is(err, store.ErrStale) {
			return false, err
		}
	}
	_, err = tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: store.OfficeBounced, PersonID: person.ID, CaseID: c.ID,
		OpenedBy: store.ActorMachine, OpenedAt: now})
	return true, err
}

// stillTheirs tells whether the address that bounced is the one that the person has now.
func stillTheirs(ctx context.Context, tx *store.Tx, row store.Row, m store.Mail, person store.Person, to string) (bool, error) {
	switch {
	case m.ToOldAddress:
		return false, nil
	case to != "":
		return to == person.Email, nil
	case m.EmailChangeID != "":
		change, err := tx.EmailChange(ctx, m.EmailChangeID) // it was for the address of that change, which may be gone by now
		return change.NewEmail == person.Email, err
	case row.SentAt.IsZero():
		return true, nil // word of it came before it was noted that the e-mail had been handed over: there was no time for a change
	}
	changed, err := tx.EmailChangedSince(ctx, person.ID, row.SentAt)
	return !changed, err
}

var code = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,39}`)

// codeOf keeps what can be no more than a code.
func codeOf(said string) string {
	if c := code.FindString(strings.ToLower(said)); c != "" {
		return c
	}
	return "failed"
}
