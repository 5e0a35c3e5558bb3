package triage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/event"
	"prportal.example/internal/store"
)

// DefaultCardWithin is how soon after it was ordered a card is expected.
const DefaultCardWithin = 7 * 24 * time.Hour

// aheadAtMost is by how much production's clock may be ahead of ours. What is said to happen later than that has not happened.
const aheadAtMost = time.Hour

// ErrAhead means that production says that something happened in the future.
var ErrAhead = errors.New("the time is in the future")

// What becomes of the card when a photo is accepted, as history tells it.
const (
	cardNone = "none" // the person's application is withdrawn
	cardHeld = string(store.CardHeld)
	cardMade = string(store.CardOrdered)
)

// CardWithin is how soon after it was ordered a card is expected.
func (s *Service) CardWithin() time.Duration { return s.c.CardWithin }

// followAcceptance makes the card of an accepted photo: held while the person's name or birth date has to be put right, or while
// there is no address that it could go to, else ordered. The person is told what is true. The case has to be locked.
func (s *Service) followAcceptance(ctx context.Context, tx *store.Tx, c store.CaseRow, now time.Time) (became string, err error) {
	person, err := tx.Person(ctx, c.PersonID)
	if err != nil {
		return "", err
	}
	if !person.WithdrawnAt.IsZero() {
		return cardNone, nil
	}
	card := store.Card{CaseID: c.ID, PhotoID: c.PhotoID}
	held, err := s.holds(ctx, tx, c, now)
	if err != nil {
		return "", err
	}
	if !held {
		return cardMade, s.order(ctx, tx, c, card, now)
	}
	card.State, card.HeldAt = store.CardHeld, now
	if err := tx.PutCard(ctx, card); err != nil {
		return "", err
	}
	return cardHeld, mail(ctx, tx, store.MailCardHeld, c, c.PhotoID, "", now)
}

// holds tells whether something holds the card of a case whose photo is accepted: the office's task about wrong details, or that no
// postal address was given, as by people whose photo came from a service centre. The latter is put on the office's list here, and an
// address that is given settles it.
func (s *Service) holds(ctx context.Context, tx *store.Tx, c store.CaseRow, now time.Time) (bool, error) {
	if err := tx.HoldCase(ctx, c.ID); err != nil { // an address that is given at this moment comes before, or sees the card
		return false, err
	}
	_, wrong := tx.OpenOfficeTaskOf(ctx, c.PersonID, store.OfficeWrongDetails)
	if wrong != nil && !errors.Is(wrong, store.ErrNotFound) {
		return false, wrong
	}
	_, err := tx.LastAddress(ctx, c.PersonID, store.PostalAddress)
	if errors.Is(err, store.ErrNotFound) {
		_, err = tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: store.OfficeNoAddress, PersonID: c.PersonID, CaseID: c.ID,
			OpenedBy: store.ActorMachine, OpenedAt: now})
		return true, err
	}
	return wrong == nil, err
}

// ReleaseCard orders the card of a case that was held, unless something else holds it, and reports whether one was. It runs in the transaction that closes the
// task that has held it, which has to lock the case first: so a card is either ordered here, or was not held yet and is not held
// any more. Without an officer it is the machine that does it.
func (s *Service) ReleaseCard(ctx context.Context, tx *store.Tx, caseID, officerID string) (ordered bool, err error) {
	now := s.c.Now()
	c, err := tx.Case(ctx, caseID)
	if err != nil {
		return false, fmt.Errorf("release card: %w", err)
	}
	card, err := tx.Card(ctx, caseID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil // the photo is not accepted yet
	}
	if err != nil {
		return false, fmt.Errorf("release card: %w", err)
	}
	person, err := tx.Person(ctx, c.PersonID)
	if err != nil {
		return false, fmt.Errorf("release card: %w", err)
	}
	if card.State != store.CardHeld || !person.WithdrawnAt.IsZero() {
		return false, nil
	}
	if held, err := s.holds(ctx, tx, c, now); err != nil || held {
		return false, err
	}
	if err := s.order(ctx, tx, c, card, now); err != nil {
		return false, err
	}
	actor := store.ActorOfficer
	if officerID == "" {
		actor = store.ActorMachine
	}
	return true, tx.Record(ctx, store.Entry{At: now, Actor: actor, ActorID: officerID, Action: "card_ordered", CaseID: c.ID,
		PhotoID: c.PhotoID})
}

// freeAtOnce bounds how many cards one turn of ReleaseFreeCards looks at.
const freeAtOnce = 100

// ReleaseFreeCards orders the cards that nothing holds any more, where the reason has settled itself: the applicant, or upstream,
// has put the details right or has given an address. It returns how many were ordered.
func (s *Service) ReleaseFreeCards(ctx context.Context) (int, error) {
	free, err := s.c.Store.HeldCardsWithoutReason(ctx, freeAtOnce)
	if err != nil {
		return 0, err
	}
	done := 0
	for _, caseID := range free {
		var ordered bool
		err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.LockCase(ctx, caseID); err != nil {
				return err
			}
			var err error
			ordered, err = s.ReleaseCard(ctx, tx, caseID, "")
			return err
		})
		if err != nil {
			return done, err
		}
		if ordered {
			done++
		}
	}
	return done, nil
}

// order asks production for a card that nothing holds. The address that counts now is the one that it goes to.
func (s *Service) order(ctx context.Context, tx *store.Tx, c store.CaseRow, card store.Card, now time.Time) error {
	photo, err := tx.Photo(ctx, card.PhotoID)
	if err != nil {
		return err
	}
	if photo.Print == nil {
		return fmt.Errorf("order card of case %s: %w", c.ID, ErrNoPrint)
	}
	address, err := tx.LastAddress(ctx, c.PersonID, store.PostalAddress)
	if err != nil {
		return err
	}
	card.State, card.AddressID, card.OrderedAt, card.ExpectedAt = store.CardOrdered, address.ID, now, now.Add(s.c.CardWithin)
	if err := tx.PutCard(ctx, card); err != nil {
		return err
	}
	if err := mail(ctx, tx, store.MailPhotoAccepted, c, card.PhotoID, "", now); err != nil {
		return err
	}
	id := event.DerivedID(fmt.Sprintf("%s/%d", c.ID, c.Version), event.TypeCardOrdered)
	e, err := event.New(id, Source, now, event.CardOrdered{CaseID: c.ID, CaseVersion: c.Version, PersonID: c.PersonID,
		PhotoID: card.PhotoID, PrintSHA256: photo.Print.SHA256, AddressID: card.AddressID})
	if err != nil {
		return err
	}
	payload, err := e.Encode()
	if err != nil {
		return err
	}
	err = tx.Enqueue(ctx, store.Row{ID: id, Kind: store.KindEvent, Key: c.ID, Payload: payload, AvailableAt: now,
		Headers: map[string]string{"topic": event.TopicCardOrdered, "content-type": event.ContentType}})
	if err != nil {
		return errors.Join(fmt.Errorf("order card of case %s", c.ID), err)
	}
	return nil
}

// CardMailed notes that production has mailed a card. Events may come again and out of order: the times in them tell what is
// so. AppliedMoved is news that the person is told; AppliedStored only fills in the past of a card that came back since;
// AppliedLate is nothing new, AppliedUnknown a card that was never ordered.
func (s *Service) CardMailed(ctx context.Context, e event.CardMailed) (Applied, error) {
	return s.moveCard(ctx, cardMove{caseID: e.CaseID, at: e.MailedAt, becomes: store.CardMailed, action: "card_mailed",
		mail: store.MailCardMailed, move: func(tx *store.Tx) (bool, error) { return tx.CardMailed(ctx, e.CaseID, e.MailedAt) }})
}

// CardReturned notes that a card came back to production, and puts it on the office's list. Events are treated as by CardMailed.
func (s *Service) CardReturned(ctx context.Context, e event.CardReturned) (Applied, error) {
	return s.moveCard(ctx, cardMove{caseID: e.CaseID, at: e.ReturnedAt, becomes: store.CardReturned, action: "card_returned",
		mail: store.MailCardReturned, move: func(tx *store.Tx) (bool, error) { return tx.CardReturned(ctx, e.CaseID, e.ReturnedAt) }})
}

// cardMove is what production says of a card.
type cardMove struct {
	caseID  string
	at      time.Time
	becomes store.CardState
	action  string
	mail    store.MailKind
	move    func(*store.Tx) (news bool, err error)
}

func (s *Service) moveCard(ctx context.Context, m cardMove) (Applied, error) {
	now := s.c.Now()
	if m.at.After(now.Add(aheadAtMost)) {
		return "", fmt.Errorf("%s of case %s: %w", m.action, m.caseID, ErrAhead)
	}
	var applied Applied
	err := s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		news, err := m.move(tx)
		switch {
		case errors.Is(err, store.ErrNotFound):
			applied = AppliedUnknown
			return nil
		case err != nil:
			return err
		case !news:
			applied = AppliedLate
			return nil
		}
		c, err := tx.Case(ctx, m.caseID)
		if err != nil {
			return err
		}
		card, err := tx.Card(ctx, m.caseID)
		if err != nil {
			return err
		}
		if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorOffice, Action: m.action, CaseID: c.ID,
			Detail: map[string]any{"at": m.at.UnixMilli()}}); err != nil {
			return err
		}
		applied = AppliedStored
		if card.State != m.becomes {
			return nil
		}
		applied = AppliedMoved
		if m.becomes == store.CardReturned {
			_, err = tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: store.OfficeCardReturned, PersonID: c.PersonID, CaseID: c.ID,
				OpenedBy: store.ActorMachine, OpenedAt: now})
		} else {
			err = tx.SettleOfficeTask(ctx, c.PersonID, store.OfficeCardReturned, now)
		}
		if err != nil {
			return err
		}
		return mail(ctx, tx, m.mail, c, card.PhotoID, "", now)
	})
	if err != nil {
		return "", fmt.Errorf("%s of case %s: %w", m.action, m.caseID, err)
	}
	return applied, nil
}
