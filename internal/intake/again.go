package intake

import (
	"context"
	"fmt"
	"time"

	"prportal.example/internal/event"
	"prportal.example/internal/store"
)

const (
	actionAskAgain = "ask_again"
	askBatch       = 500
	firstPause     = 10 * time.Minute // between two questions about one photo; doubled each time
	longestPause   = 24 * time.Hour
)

// Reemit asks again for reports on photos that were uploaded before and have none, on the bulk topic: Kafka is transport,
// and may have lost them all. While the checks are down the questions about one photo become ever rarer, so that they do
// not pile up; a report that comes twice is applied once. It returns how many it asked for.
func (s *Service) Reemit(ctx context.Context, before time.Time) (int, error) {
	waiting, err := s.c.Store.PhotosWithoutVerdict(ctx, before, askBatch)
	if err != nil {
		return 0, fmt.Errorf("ask again for reports: %w", err)
	}
	asked := 0
	for _, p := range waiting {
		var now bool
		err := s.c.Store.Tx(ctx, func(tx *store.Tx) (err error) {
			now, err = askAgain(ctx, tx, p, s.c.Now())
			return err
		})
		if err != nil {
			return asked, fmt.Errorf("ask again for the report on photo %s: %w", p.ID, err)
		}
		if now {
			asked++
		}
	}
	return asked, nil
}

// askAgain tells whether it was time to.
func askAgain(ctx context.Context, tx *store.Tx, p store.Photo, now time.Time) (bool, error) {
	c, err := tx.Case(ctx, p.CaseID)
	if err != nil {
		return false, err
	}
	history, err := tx.History(ctx, p.CaseID)
	if err != nil {
		return false, err
	}
	pause := firstPause
	for _, e := range history {
		if e.Action != actionAskAgain || e.PhotoID != p.ID {
			continue
		}
		if now.Before(e.At.Add(pause)) {
			return false, nil
		}
		pause = min(2*pause, longestPause)
	}
	if err := tx.Record(ctx, store.Entry{At: now, Actor: store.ActorMachine, Action: actionAskAgain, CaseID: p.CaseID, PhotoID: p.ID}); err != nil {
		return false, err
	}
	return true, enqueueUploaded(ctx, tx, store.NewID(), c, p, now, event.TopicPhotoUploadedBulk)
}
