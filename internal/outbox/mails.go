package outbox

import (
	"context"
	"errors"
	"time"

	"prportal.example/internal/bounce"
	"prportal.example/internal/mail"
	"prportal.example/internal/store"
)

const (
	mailAttempts = 36 // with pauses that double up to an hour: more than a day
	mailBatch    = 200
	mailLanes    = 4 // e-mails that are on their way at once, of different people
	firstPause   = 5 * time.Second
	longestPause = time.Hour
	// mailPatience is how long a turn waits for e-mails that are on their way. One whose server takes longer keeps its lane over the
	// next turns, and the others go on.
	mailPatience = 3 * time.Second
	// mailMargin is what writing an e-mail and making its secret may take beside handing it over.
	mailMargin = 5 * time.Second
)

// pauseAfter is how long a row waits that has failed that often before.
func pauseAfter(attempts int) time.Duration {
	pause := firstPause
	for range attempts {
		if pause *= 2; pause >= longestPause {
			return longestPause
		}
	}
	return pause
}

// lanes are the e-mails that are on their way. One goroutine uses them: that of the loop, or a test's.
type lanes struct {
	busy     map[string]bool // by row
	done     chan delivery
	patience time.Duration
	probing  bool // the server took nothing last time: one e-mail goes ahead of the others
}

// delivery is what became of an e-mail.
type delivery struct {
	row store.Row
	to  string
	err error
}

func newLanes() *lanes {
	return &lanes{busy: map[string]bool{}, done: make(chan delivery, mailLanes), patience: mailPatience}
}

// open is how many e-mails may be on their way now.
func (l *lanes) open() int {
	if l.probing {
		return 1
	}
	return mailLanes
}

// mails sends what is due, several people's at once. A server that takes nothing now leaves the rows as they are. One that refuses an
// e-mail for now is tried again ever more slowly, and holds up nobody else; an address that can't be used is given up, history says so
// and the office has it on its list.
func (r *Relay) mails(ctx context.Context) (int, error) {
	rows, err := r.c.Store.DueMails(ctx, r.c.Now(), mailBatch)
	if err == nil && len(rows) > 0 {
		err = r.c.Mailer.Sender.Ready(ctx)
	}
	if err != nil {
		return 0, err
	}
	// What is begun ends before the lease does: an e-mail that is cut off in the middle may have gone out.
	last := time.Now().Add(max(time.Second, r.leaseLength(store.KindMail)-r.longestDelivery()))
	handled := 0
	var down error
	for {
		for down == nil && len(rows) > 0 && len(r.lanes.busy) < r.lanes.open() && time.Now().Before(last) && ctx.Err() == nil {
			if row := rows[0]; !r.lanes.busy[row.ID] {
				r.deliver(ctx, row)
			}
			rows = rows[1:]
		}
		if len(r.lanes.busy) == 0 {
			return handled, errors.Join(ctx.Err(), down)
		}
		select {
		case d := <-r.lanes.done:
			delete(r.lanes.busy, d.row.ID)
			if r.lanes.probing = isDown(d.err); r.lanes.probing {
				down = d.err
				continue
			}
			ok, err := r.mailed(ctx, d)
			if ok {
				handled++
			}
			if err != nil {
				return handled, err
			}
		case <-time.After(r.lanes.patience):
			return handled, down
		case <-ctx.Done():
			return handled, ctx.Err()
		}
	}
}

// isDown tells of an error that says nothing about the e-mail: it stays as it is, and the turn ends.
func isDown(err error) bool {
	var answer *mail.SendError
	if errors.Is(err, mail.ErrUnavailable) || errors.As(err, &answer) {
		return errors.Is(err, mail.ErrUnavailable) // who takes too long over an e-mail is not down
	}
	return store.IsDown(err)
}

func (r *Relay) longestDelivery() time.Duration { return r.c.Mailer.Sender.Timeout() + mailMargin }

// deliver puts an e-mail on its way. It is finished even when the relay is told to stop.
func (r *Relay) deliver(ctx context.Context, row store.Row) {
	r.lanes.busy[row.ID] = true
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.longestDelivery())
	go func() {
		defer cancel()
		to, err := r.c.Mailer.send(ctx, row)
		r.lanes.done <- delivery{row, to, err}
	}()
}

// settle waits for what is on its way when the relay stops, and notes what became of it.
func (r *Relay) settle(ctx context.Context) error {
	var err error
	for len(r.lanes.busy) > 0 {
		d := <-r.lanes.done
		delete(r.lanes.busy, d.row.ID)
		if !isDown(d.err) {
			_, noted := r.mailed(ctx, d)
			err = errors.Join(err, noted)
		}
	}
	return err
}

// mailed notes what became of a row, and tells whether it is settled as it should be.
func (r *Relay) mailed(ctx context.Context, d delivery) (ok bool, err error) {
	ctx = context.WithoutCancel(ctx)
	var dropped *droppedError
	isDropped := errors.As(d.err, &dropped)
	ok = d.err == nil || isDropped
	giveUp := !ok && (mail.IsPermanent(d.err) || d.row.Attempts+1 >= mailAttempts)
	if !ok {
		r.metrics.failures.WithLabelValues(string(store.KindMail)).Inc()
		r.c.Logger.WarnContext(ctx, "outbox: e-mail not sent", "row", d.row.ID, "attempt", d.row.Attempts+1,
			"given_up", giveUp, "error", d.err)
	}
	bounced := false
	err = r.c.Store.Tx(ctx, func(tx *store.Tx) (err error) {
		now := r.c.Now()
		switch {
		case isDropped:
			if err := r.record(ctx, tx, d.row, "mail_dropped", map[string]any{"why": dropped.why}); err != nil {
				return err
			}
		case giveUp:
			if bounced, err = r.giveUp(ctx, tx, d); err != nil {
				return err
			}
		case !ok:
			return tx.MarkFailed(ctx, d.row.ID, d.err.Error(), now.Add(pauseAfter(d.row.Attempts)))
		}
		return tx.MarkSent(ctx, d.row.ID, now)
	})
	if errors.Is(err, store.ErrStale) {
		return false, nil // noted by another relay
	}
	if err == nil && bounced {
		r.c.Mailer.Bounces.Count(bounce.ByRefusal)
	}
	return ok && err == nil, err
}

// giveUp notes that an e-mail does not reach the person: as a bounce where a server would not have it, else as a fault of ours.
func (r *Relay) giveUp(ctx context.Context, tx *store.Tx, d delivery) (bounced bool, err error) {
	code := mail.BounceCode(d.err)
	var refused *mail.SendError
	if code == "" && errors.As(d.err, &refused) {
		code = "gave-up"
	}
	if code == "" {
		return false, r.record(ctx, tx, d.row, "mail_failed", map[string]any{"attempts": d.row.Attempts + 1})
	}
	return r.c.Mailer.Bounces.RecordIn(ctx, tx, bounce.Bounce{RowID: d.row.ID, Code: code, To: d.to})
}

// record writes history about an e-mail, under the person's case.
func (r *Relay) record(ctx context.Context, tx *store.Tx, row store.Row, action string, detail map[string]any) error {
	detail["row"] = row.ID
	e := store.Entry{At: r.c.Now(), Actor: store.ActorMachine, Action: action, CaseID: row.Key, Detail: detail}
	if c, err := tx.CaseByPerson(ctx, row.PersonID); err == nil {
		e.CaseID = c.ID
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return tx.Record(ctx, e)
}
