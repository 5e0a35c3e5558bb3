package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// CardState says where a card is.
type CardState string

const (
	CardHeld     CardState = "held"    // accepted, but something has to be settled first
	CardOrdered  CardState = "ordered" // production has it
	CardMailed   CardState = "mailed"
	CardReturned CardState = "returned" // it came back by mail
)

// Card is the card that follows on an accepted photo. Zero times mean "not yet".
type Card struct {
	CaseID     string
	State      CardState
	PhotoID    string
	AddressID  string // where it goes; frozen when it is ordered, empty while it is held
	HeldAt     time.Time
	OrderedAt  time.Time
	ExpectedAt time.Time
	MailedAt   time.Time
	ReturnedAt time.Time
}

const cardColumns = `case_id, state, photo_id, address_id, held_at, ordered_at, expected_at, mailed_at, returned_at`

// Card returns the card of a case, ErrNotFound before its photo is accepted.
func (q queries) Card(ctx context.Context, caseID string) (Card, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+cardColumns+` FROM cards WHERE case_id = $1`, caseID), "card",
		func(s scanner) (c Card, err error) {
			var held, ordered, expected, mailed, returned int64
			err = s.Scan(&c.CaseID, &c.State, &c.PhotoID, &c.AddressID, &held, &ordered, &expected, &mailed, &returned)
			c.HeldAt, c.OrderedAt, c.ExpectedAt = instant(held), instant(ordered), instant(expected)
			c.MailedAt, c.ReturnedAt = instant(mailed), instant(returned)
			return c, err
		})
}

// HeldCardsWithoutReason returns the cases whose card is held although nothing holds it any more, the oldest first. The cards of
// withdrawn people stay.
func (q queries) HeldCardsWithoutReason(ctx context.Context, limit int) ([]string, error) {
	return many(ctx, q, "held cards", func(s scanner) (id string, err error) { return id, s.Scan(&id) },
		`SELECT k.case_id FROM cards k JOIN cases c ON c.id = k.case_id JOIN people p ON p.id = c.person_id
		WHERE k.state = 'held' AND p.withdrawn_at = 0 AND NOT EXISTS (SELECT 1 FROM office_tasks t
			WHERE t.person_id = c.person_id AND t.kind = 'wrong_details' AND t.done_at = 0)
		AND EXISTS (SELECT 1 FROM addresses a WHERE a.person_id = c.person_id AND a.kind = 'postal')
		ORDER BY k.held_at, k.case_id LIMIT $1`, limit)
}

// PutCard stores the card of a case as it has become. What was read has to be read in the same transaction.
func (t *Tx) PutCard(ctx context.Context, c Card) error {
	return t.change(ctx, "store card", `INSERT INTO cards (`+cardColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (case_id) DO UPDATE SET state = excluded.state, photo_id = excluded.photo_id, address_id = excluded.address_id,
		held_at = excluded.held_at, ordered_at = excluded.ordered_at, expected_at = excluded.expected_at,
		mailed_at = excluded.mailed_at, returned_at = excluded.returned_at`,
		c.CaseID, string(c.State), c.PhotoID, c.AddressID, millis(c.HeldAt), millis(c.OrderedAt), millis(c.ExpectedAt),
		millis(c.MailedAt), millis(c.ReturnedAt))
}

// CardMailed notes when production mailed an ordered card, and reports whether that was news: the same again, or something
// older than what is known, changes nothing. A card that came back later stays returned. ErrNotFound if no card of that case was
// ordered.
func (t *Tx) CardMailed(ctx context.Context, caseID string, at time.Time) (news bool, err error) {
	return t.cardMoved(ctx, caseID, `UPDATE cards SET mailed_at = $2, state = CASE WHEN returned_at >= $2 THEN 'returned' ELSE 'mailed' END
		WHERE case_id = $1 AND ordered_at > 0 AND mailed_at < $2`, at)
}

// CardReturned notes when a card came back to production, and reports whether that was news. A card that was mailed once more
// later stays mailed. ErrNotFound if no card of that case was ordered.
func (t *Tx) CardReturned(ctx context.Context, caseID string, at time.Time) (news bool, err error) {
	return t.cardMoved(ctx, caseID, `UPDATE cards SET returned_at = $2, state = CASE WHEN mailed_at > $2 THEN 'mailed' ELSE 'returned' END
		WHERE case_id = $1 AND ordered_at > 0 AND returned_at < $2`, at)
}

func (t *Tx) cardMoved(ctx context.Context, caseID, statement string, at time.Time) (bool, error) {
	err := t.change(ctx, "move card", statement, caseID, millis(at))
	if !errors.Is(err, ErrStale) {
		return err == nil, err
	}
	card, err := t.Card(ctx, caseID)
	if err == nil && card.OrderedAt.IsZero() {
		err = fmt.Errorf("ordered card: %w", ErrNotFound)
	}
	return false, err
}
