package account

import (
	"context"
	"fmt"
	"time"

	"prportal.example/internal/store"
)

// ReleaseInvitation takes the hold off an invitation when the office has seen to the address, and settles what the office was told, so
// that who doubts the address once more is heard. Who has not answered is invited from the start, at the address that counts now; who
// has goes on from there. Without a hold it does nothing.
func (s *Service) ReleaseInvitation(ctx context.Context, personID, officerID string) error {
	err := s.changeFamily(ctx, personID, func(tx *store.Tx, _ *family, m *member, now time.Time) error {
		if m.inv.HeldAt.IsZero() {
			return nil
		}
		m.inv.HeldAt = time.Time{}
		if err := tx.SettleOfficeTask(ctx, m.ID, store.OfficeNotRight, now); err != nil {
			return err
		}
		if err := byOfficer(ctx, tx, m, "invitation_released", officerID, now); err != nil {
			return err
		}
		if m.inv.State != store.InvitationWaiting || m.account || !m.WithdrawnAt.IsZero() {
			return nil
		}
		return invite(ctx, tx, m, now)
	})
	if err != nil {
		return fmt.Errorf("release invitation: %w", err)
	}
	return nil
}

// InviteAgain sends an invitation again from the start: to somebody who was silent, whose e-mail came back, or who has declined. It
// fails with ErrNotNeeded for who has said yes or has an account, and for who was withdrawn. While the invitation is held, it is
// sent when the hold is taken off.
func (s *Service) InviteAgain(ctx context.Context, personID, officerID string) error {
	err := s.changeFamily(ctx, personID, func(tx *store.Tx, _ *family, m *member, now time.Time) error {
		if !m.invited || m.account || !m.WithdrawnAt.IsZero() || m.inv.State == store.InvitationConfirmed {
			return ErrNotNeeded
		}
		if err := byOfficer(ctx, tx, m, "invitation_again", officerID, now); err != nil {
			return err
		}
		return invite(ctx, tx, m, now)
	})
	if err != nil {
		return fmt.Errorf("invite again: %w", err)
	}
	return nil
}

func byOfficer(ctx context.Context, tx *store.Tx, m *member, action, officerID string, now time.Time) error {
	return tx.Record(ctx, store.Entry{At: now, Actor: store.ActorOfficer, ActorID: officerID, Action: action, CaseID: m.caseID})
}
