package store

import (
	"context"
	"errors"
	"time"
)

// Mailed is an e-mail of a person and what became of it. Zero times mean "not yet".
type Mailed struct {
	RowID     string
	Kind      MailKind
	QueuedAt  time.Time // when it was to go out
	SentAt    time.Time // when the mail server took it, or it was given up
	GivenUp   bool      // the mail server did not take it
	Dropped   bool      // it was not needed any more
	Attempts  int       // that failed so far
	BouncedAt time.Time // it came back
}

// MailsOfPerson lists the e-mails of a person, the oldest first.
func (q queries) MailsOfPerson(ctx context.Context, personID string) ([]Mailed, error) {
	mails, err := many(ctx, q, "e-mails of person", func(s scanner) (m Mailed, err error) {
		var available, sent, bounced int64
		var payload string
		if err := s.Scan(&m.RowID, &payload, &available, &m.Attempts, &sent, &bounced); err != nil {
			return m, err
		}
		m.QueuedAt, m.SentAt, m.BouncedAt = instant(available), instant(sent), instant(bounced)
		var mail Mail
		err = fromJSON(payload, &mail)
		m.Kind = mail.Kind
		return m, err
	}, `SELECT id, payload, available_at, attempts, sent_at, bounced_at FROM outbox WHERE person_id = $1 AND kind = 'mail' ORDER BY id`,
		personID)
	if err != nil || len(mails) == 0 {
		return nil, err
	}
	// A row that was given up counts as done; history tells it from one that went out. Its case there is the row's key: the case,
	// or the person for what is about no case.
	keys := []string{personID}
	c, err := q.CaseByPerson(ctx, personID)
	switch {
	case err == nil:
		keys = append(keys, c.ID)
	case !errors.Is(err, ErrNotFound):
		return nil, err
	}
	for _, key := range keys {
		history, err := q.History(ctx, key)
		if err != nil {
			return nil, err
		}
		for _, e := range history {
			for i := range mails {
				if e.Detail["row"] == mails[i].RowID {
					mails[i].GivenUp = mails[i].GivenUp || e.Action == "mail_failed"
					mails[i].Dropped = mails[i].Dropped || e.Action == "mail_dropped"
				}
			}
		}
	}
	return mails, nil
}
