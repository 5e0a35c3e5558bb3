package account

import (
	"context"
	"errors"
	"fmt"

	"prportal.example/internal/store"
)

// tendBatch is how many people are looked at in one transaction.
const tendBatch = 50

// TendInvitations does what has become due by itself: reminders, invitations that ran out, accounts whose wait for the principal's
// list is over. It returns how many people were looked at. What fails is left for the next time and keeps nobody else waiting.
func (s *Service) TendInvitations(ctx context.Context) (done int, err error) {
	var failed []error
	for {
		due, err := s.c.Store.DueInvitations(ctx, s.c.Now(), len(failed), tendBatch)
		if err != nil {
			return done, fmt.Errorf("tend invitations: %w", err)
		}
		if len(due) == 0 {
			return done, errors.Join(failed...)
		}
		if s.tend(ctx, due) == nil {
			done += len(due)
			continue
		}
		for _, personID := range due { // one of them is at fault: find out which
			if err := s.tend(ctx, []string{personID}); err != nil {
				failed = append(failed, fmt.Errorf("tend invitation of %s: %w", personID, err))
				continue
			}
			done++
		}
		if ctx.Err() != nil {
			return done, ctx.Err()
		}
	}
}

func (s *Service) tend(ctx context.Context, people []string) error {
	return s.c.Store.Tx(ctx, func(tx *store.Tx) error {
		now := s.c.Now()
		for _, personID := range people {
			f, _, err := holdFamily(ctx, tx, personID)
			if err != nil {
				return err
			}
			if err := s.settle(ctx, tx, f, now); err != nil {
				return err
			}
		}
		return nil
	})
}
