package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/store"
)

var (
	// ErrInvitationOver is the one answer to a link that is unknown, over, or of no use any more.
	ErrInvitationOver = errors.New("this link is over")
)

// MintInvitation makes a link for the e-mail that is being handed over, and returns its token and until when it is good. The first
// one starts the 30 days; those of reminders end with it. ErrNotNeeded means that nobody waits for the e-mail any more.
func (s *Service) MintInvitation(ctx context.Context, personID string) (token string, expires time.Time, err error) {
	token = newToken()
	err = s.changeFamily(ctx, personID, func(tx *store.Tx, _ *family, m *member, now time.Time) error {
		if !m.invited || m.account || m.inv.State != store.InvitationWaiting || !m.WithdrawnAt.IsZero() || !m.inv.HeldAt.IsZero() ||
			ranOut(m.inv, now) {
			return ErrNotNeeded
		}
		if m.inv.SentAt.IsZero() {
			m.inv.SentAt, m.inv.ExpiresAt = now, now.Add(InvitationLasts)
		}
		expires = m.inv.ExpiresAt
		if err := tx.InsertLink(ctx, store.Link{TokenHash: tokenRef(token), Kind: store.LinkInvitation, PersonID: m.ID,
			ExpiresAt: expires, CreatedAt: now}); err != nil {
			return err
		}
		return tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: "invitation_sent", CaseID: m.caseID,
			Detail: map[string]any{"reminders": m.inv.Reminders}})
	})
	if err != nil {
		if !errors.Is(err, ErrNotNeeded) {
			err = fmt.Errorf("make invitation link: %w", err)
		}
		return "", time.Time{}, err
	}
	return token, expires, nil
}

// linkReads is what Store and Tx share for a link.
type linkReads interface {
	Link(ctx context.Context, tokenHash string) (store.Link, error)
	Person(ctx context.Context, id string) (store.Person, error)
}

// liveInvitation returns the link that ref names while it is good for its person, ErrInvitationOver after that.
func liveInvitation(ctx context.Context, from linkReads, ref string, now time.Time) (store.Link, store.Person, error) {
	l, err := from.Link(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return l, store.Person{}, ErrInvitationOver
	}
	if err != nil {
		return l, store.Person{}, err
	}
	if l.Kind != store.LinkInvitation || !l.UsedAt.IsZero() || !now.Before(l.ExpiresAt) {
		return l, store.Person{}, ErrInvitationOver
	}
	p, err := from.Person(ctx, l.PersonID)
	if err == nil && !p.WithdrawnAt.IsZero() {
		err = ErrInvitationOver
	}
	return l, p, err
}

// OpenInvitation tells whether the link with that token still leads somewhere, so that the birth date can be asked for; nothing
// else is told, and nothing changes. ErrInvitationOver is the answer to every other token. A link whose person has, or
// had, an account has done its work.
func (s *Service) OpenInvitation(ctx context.Context, token string) error {
	_, _, err := s.openLink(ctx, token)
	return err
}

func (s *Service) openLink(ctx context.Context, token string) (store.Link, store.Person, error) {
	ref := tokenRef(token)
	if ref == "" {
		return store.Link{}, store.Person{}, ErrInvitationOver
	}
	l, p, err := liveInvitation(ctx, s.c.Store, ref, s.c.Now())
	if err != nil {
		return l, p, err
	}
	had, err := s.c.Store.HadAccount(ctx, p.ID)
	if err == nil && had {
		err = ErrInvitationOver
	}
	return l, p, err
}

// EnterInvitation returns what names the invitation from now on, if the birth date (YYYY-MM-DD) is that of its person. It fails
// with ErrInvitationOver, ErrBirthDate or a *SlowError: wrong tries slow a link, and never lock it.
func (s *Service) EnterInvitation(ctx context.Context, token, birthDate string) (ref string, err error) {
	const attempts = 100 // tries at once are counted one after the other
	for range attempts {
		l, p, err := s.openLink(ctx, token)
		if err != nil {
			return "", err
		}
		now := s.c.Now()
		if err := slowed(l.Failures, l.LastFailedAt, now); err != nil {
			return "", err
		}
		// Who tries and breaks off has tried all the same, and of tries at once each sees those before it: the try is counted as
		// wrong before it is looked at.
		counted := context.WithoutCancel(ctx)
		err = s.c.Store.Tx(counted, func(tx *store.Tx) error { return tx.LinkFailed(counted, l, now) })
		if errors.Is(err, store.ErrStale) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("open invitation: %w", err)
		}
		if !sameBirthDate(birthDate, p.BirthDate) {
			return "", ErrBirthDate
		}
		if err := s.c.Store.Tx(counted, func(tx *store.Tx) error { return tx.LinkSucceeded(counted, l.TokenHash) }); err != nil {
			return "", fmt.Errorf("open invitation: %w", err)
		}
		return l.TokenHash, nil
	}
	return "", &SlowError{firstWait}
}
