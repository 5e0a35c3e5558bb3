package officer

import (
	"context"
	"fmt"
	"time"

	"prportal.example/internal/store"
)

// queueState is what waits for officers.
type queueState struct {
	Held    string // the case in this officer's hands, "" if none
	Lanes   []laneState
	Waiting []waitingCase
}

type laneState struct {
	Name   string
	Count  int
	Oldest time.Time // first submission of the case due first
	Target time.Duration
}

type waitingCase struct {
	Lane       string
	Since, Due time.Time
	Held       bool
}

// heldAmong bounds where the officer's own held case is looked for: it was among those due first when it was taken.
const heldAmong = 200

func (c *cases) queue(ctx context.Context, me store.Account, listed int) (queueState, error) {
	now := c.now()
	counts, err := c.store.QueueCounts(ctx, now)
	if err != nil {
		return queueState{}, err
	}
	rows, err := c.store.CasesInReview(ctx, max(heldAmong, listed))
	if err != nil {
		return queueState{}, fmt.Errorf("list the queue: %w", err)
	}
	var q queueState
	for _, n := range counts {
		l := laneState{Name: string(n.Lane), Count: n.Waiting, Target: n.Lane.Target()}
		if n.Waiting > 0 {
			l.Oldest = n.FirstDue.Add(-l.Target)
		}
		q.Lanes = append(q.Lanes, l)
	}
	for i, r := range rows {
		held := r.LeasedBy != "" && r.LeasedUntil.After(now)
		if held && r.LeasedBy == me.ID {
			q.Held = r.ID
		}
		if i < listed {
			q.Waiting = append(q.Waiting, waitingCase{Lane: string(r.Lane), Since: r.FirstSubmittedAt, Due: r.DueAt, Held: held})
		}
	}
	return q, nil
}
