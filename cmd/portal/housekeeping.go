package main

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

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
	deleteInterval = time.Hour
	freeInterval   = time.Minute
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

// deleteReplaced deletes photos that were replaced and never submitted.
func (p *process) deleteReplaced(in *intake.Service) (func(context.Context) error, error) {
	deleted := prometheus.NewCounter(prometheus.CounterOpts{Name: "prportal_photos_deleted_total",
		Help: "Photos whose pictures were deleted since they were replaced and never submitted."})
	if err := p.registry.Register(deleted); err != nil {
		return nil, fmt.Errorf("metrics of housekeeping: %w", err)
	}
	return p.regularly("delete-replaced", deleteInterval, func(ctx context.Context) (int, error) {
		n, err := in.DeleteReplaced(ctx, time.Now().Add(-intake.ReplacedStays))
		deleted.Add(float64(n))
		return n, err
	}), nil
}

// freeCards orders held cards that nothing holds any more.
func (p *process) freeCards() func(context.Context) error {
	return p.regularly("free-cards", freeInterval, p.triage.ReleaseFreeCards)
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
