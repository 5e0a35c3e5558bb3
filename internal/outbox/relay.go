// Package outbox carries committed rows out: events to Kafka, e-mails to the mail server, and decisions into effect. One
// relay is active at a time, by a lease in the database, so that one case's events stay in order. Everything happens at
// least once.
package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"prportal.example/internal/bus"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
)

// Config is what a relay needs. Times have defaults.
type Config struct {
	Store    *store.Store
	Producer *bus.Producer
	Mailer   *Mailer
	Triage   *triage.Service
	Holder   string // names this process in the lease
	Now      func() time.Time
	Registry prometheus.Registerer
	Logger   *slog.Logger

	Poll  time.Duration // 200 ms
	Lease time.Duration // 10 s; three times that for e-mail, since mail servers take their time
}

// Relay is one candidate for carrying rows out.
type Relay struct {
	c       Config
	metrics metrics
	lanes   *lanes
}

const (
	leaseName  = "outbox"
	batch      = 200
	longestGap = 15 * time.Second // between tries at a dependency that is down
	mailLeases = 3
)

// New checks the settings and registers the metrics.
func New(c Config) (*Relay, error) {
	if c.Store == nil || c.Producer == nil || c.Mailer == nil || c.Mailer.Sender == nil || c.Mailer.Bounces == nil ||
		c.Mailer.Accounts == nil || c.Mailer.Now == nil || c.Triage == nil || c.Holder == "" || c.Now == nil || c.Registry == nil ||
		c.Logger == nil {
		return nil, errors.New("outbox: every part must be given")
	}
	if c.Poll == 0 {
		c.Poll = 200 * time.Millisecond
	}
	if c.Lease == 0 {
		c.Lease = 10 * time.Second
	}
	m, err := newMetrics(c.Registry)
	if err != nil {
		return nil, err
	}
	return &Relay{c: c, metrics: m, lanes: newLanes()}, nil
}

// Run carries rows out until ctx ends.
func (r *Relay) Run(ctx context.Context) error {
	// Mail goes beside events: a slow mail server must not hold up a photo that somebody waits for.
	group, ctx := errgroup.WithContext(ctx)
	for kind, handle := range map[store.Kind]func(context.Context) (int, error){
		store.KindEvent: r.events, store.KindRelease: r.releases, store.KindMail: r.mails,
	} {
		group.Go(func() error { return r.loop(ctx, kind, handle) })
	}
	err := errors.Join(group.Wait(), r.settle(ctx))
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, kind := range []store.Kind{store.KindEvent, store.KindRelease, store.KindMail} {
		err = errors.Join(err, r.c.Store.Tx(end, func(tx *store.Tx) error { return tx.Unlease(end, lease(kind), r.c.Holder) }))
	}
	return err
}

func lease(kind store.Kind) string { return leaseName + "/" + string(kind) }

func (r *Relay) leaseLength(kind store.Kind) time.Duration {
	if kind == store.KindMail {
		return mailLeases * r.c.Lease
	}
	return r.c.Lease
}

// loop handles one kind of row: when it is woken, at every poll, and at once again while there is more.
func (r *Relay) loop(ctx context.Context, kind store.Kind, handle func(context.Context) (int, error)) error {
	wake := r.c.Store.Wake(ctx)
	gap := r.c.Poll
	for {
		hint := wake
		n, err := r.turn(ctx, kind, handle)
		r.metrics.sent.WithLabelValues(string(kind)).Add(float64(n))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			r.metrics.failures.WithLabelValues(string(kind)).Inc()
			gap = min(2*gap, longestGap)
			r.c.Logger.WarnContext(ctx, "outbox: rows wait", "kind", kind, "again_in", gap.String(), "error", err)
			hint = nil // a commit does not mend what is down
		default:
			gap = r.c.Poll
			if n > 0 {
				continue // there may be more
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-hint:
		case <-time.After(gap):
		}
	}
}

// turn handles what is due, if the lease is ours. While nothing is due it only reads: a write five times a second would keep the
// disk busy for nothing.
func (r *Relay) turn(ctx context.Context, kind store.Kind, handle func(context.Context) (int, error)) (int, error) {
	now := r.c.Now()
	waiting, err := r.c.Store.Waiting(ctx, kind, now)
	if err != nil {
		return 0, err
	}
	r.metrics.observe(kind, waiting, now)
	if waiting.Rows == 0 {
		return 0, nil
	}
	var ours bool
	if err := r.c.Store.Tx(ctx, func(tx *store.Tx) (err error) {
		ours, err = tx.Lease(ctx, lease(kind), r.c.Holder, now, r.leaseLength(kind))
		return err
	}); err != nil || !ours {
		return 0, err
	}
	// Work that takes longer than the lease would run beside another relay's.
	ctx, cancel := context.WithTimeout(ctx, r.leaseLength(kind)*8/10)
	defer cancel()
	return handle(ctx)
}

// events publishes in order and marks what the broker has taken. A crash in between publishes again, under the same ids.
func (r *Relay) events(ctx context.Context) (int, error) {
	rows, err := r.c.Store.DueRows(ctx, store.KindEvent, r.c.Now(), batch)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	messages := make([]bus.Message, len(rows))
	for i, row := range rows {
		headers := map[string]string{}
		for k, v := range row.Headers {
			if k != "topic" {
				headers[k] = v
			}
		}
		messages[i] = bus.Message{Topic: row.Headers["topic"], Key: []byte(row.Key), Value: row.Payload, Headers: headers}
	}
	if err := r.c.Producer.Publish(ctx, messages...); err != nil {
		return 0, errors.Join(fmt.Errorf("publish %d events: %w", len(rows), err), r.noteFailure(ctx, rows, err))
	}
	return len(rows), r.c.Store.Tx(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		for _, row := range rows {
			if err := tx.MarkSent(ctx, row.ID, r.c.Now()); err != nil && !errors.Is(err, store.ErrStale) {
				return err
			}
		}
		return nil
	})
}

// noteFailure counts the attempt on each row. The rows stay due, so that their order stays.
func (r *Relay) noteFailure(ctx context.Context, rows []store.Row, cause error) error {
	return r.c.Store.Tx(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		for _, row := range rows {
			if err := tx.MarkFailed(ctx, row.ID, cause.Error(), row.AvailableAt); err != nil && !errors.Is(err, store.ErrStale) {
				return err
			}
		}
		return nil
	})
}

// releases lets decisions take effect, each in the transaction that marks its row. One that fails does not hold up the
// others: it is tried again, ever more slowly.
func (r *Relay) releases(ctx context.Context) (int, error) {
	rows, err := r.c.Store.DueRows(ctx, store.KindRelease, r.c.Now(), batch)
	if err != nil {
		return 0, err
	}
	done := 0
	for _, row := range rows {
		err := r.release(ctx, row)
		switch {
		case err == nil:
			done++
		case ctx.Err() != nil, errors.Is(err, store.ErrStale), store.IsDown(err): // the next turn has it
			return done, fmt.Errorf("release row %s: %w", row.ID, err)
		default:
			r.metrics.failures.WithLabelValues(string(store.KindRelease)).Inc()
			again := r.c.Now().Add(pauseAfter(row.Attempts))
			r.c.Logger.ErrorContext(ctx, "outbox: decision does not take effect", "row", row.ID, "case", row.Key,
				"attempt", row.Attempts+1, "again_at", again, "error", err)
			if err := r.c.Store.Tx(ctx, func(tx *store.Tx) error { return tx.MarkFailed(ctx, row.ID, err.Error(), again) }); err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

func (r *Relay) release(ctx context.Context, row store.Row) error {
	var payload triage.ReleasePayload
	if err := json.Unmarshal(row.Payload, &payload); err != nil {
		return err
	}
	return r.c.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := r.c.Triage.Release(ctx, tx, payload); err != nil {
			return err
		}
		return tx.MarkSent(ctx, row.ID, r.c.Now())
	})
}
