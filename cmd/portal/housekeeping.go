package main

import (
	"context"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/intake"
	"prportal.example/internal/journey"
	"prportal.example/internal/store"
)

const (
	askInterval   = time.Minute
	askAfter      = 5 * time.Minute // a report that takes longer has probably been lost with its message
	tendInterval  = time.Minute
	sweepInterval = time.Hour
	sweepAfter    = 24 * time.Hour

	remindInterval = time.Hour
)

// askAgain asks for reports that have not come.
func (p *process) askAgain(in *intake.Service) func(context.Context) error {
	return p.regularly("ask-again", askInterval, func(ctx context.Context) (int, error) {
		return in.Reemit(ctx, time.Now().Add(-askAfter))
	})
}

// tendInvitations sends reminders, ends invitations that nobody answers, and opens accounts whose wait is over.
func (p *process) tendInvitations(accounts *account.Service) func(context.Context) error {
	return p.regularly("invitations", tendInterval, accounts.TendInvitations)
}

// sweep removes uploads that never became a photo.
func (p *process) sweep(in *intake.Service) func(context.Context) error {
	return p.regularly("sweep", sweepInterval, func(ctx context.Context) (int, error) {
		return in.Sweep(ctx, time.Now().Add(-sweepAfter))
	})
}

// remindSilent reminds applicants who do nothing.
func (p *process) remindSilent(j *journey.Service) func(context.Context) error {
	return p.regularly("remind-silent", remindInterval, j.RemindSilent)
}

// regularly does work at every interval, in one process at a time by a lease in the database.
func (p *process) regularly(name string, interval time.Duration, work func(context.Context) (int, error)) func(context.Context) error {
	lease := "housekeeping/" + name
	return func(ctx context.Context) error {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			var ours bool
			err := p.store.Tx(ctx, func(tx *store.Tx) (err error) {
				ours, err = tx.Lease(ctx, lease, p.holder, time.Now(), interval+interval/2)
				return err
			})
			done := 0
			if err == nil && ours {
				limited, cancel := context.WithTimeout(ctx, interval)
				done, err = work(limited)
				cancel()
			}
			switch {
			case ctx.Err() != nil:
				return nil
			case err != nil:
				p.log.WarnContext(ctx, "housekeeping failed; it is done again", "what", name, "error", err)
			case done > 0:
				p.log.InfoContext(ctx, "housekeeping", "what", name, "done", done)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
		}
	}
}
