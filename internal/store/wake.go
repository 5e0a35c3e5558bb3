package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Wake returns a channel that gets a value after commits that put rows into the outbox, until ctx ends: at once in this
// process, through LISTEN/NOTIFY from others on PostgreSQL. It is a hint that may be lost; poll as well.
func (s *Store) Wake(ctx context.Context) <-chan struct{} {
	ch := make(chan struct{}, 1)
	s.mu.Lock()
	s.waiting = append(s.waiting, ch)
	s.mu.Unlock()
	if s.postgres {
		go s.listen(ctx, ch)
	}
	return ch
}

func (s *Store) wakeLocal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ch := range s.waiting {
		hint(ch)
	}
}

func hint(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default: // one is waiting already
	}
}

// listen passes notifications on; when the connection breaks it connects again, and polling bridges the gap.
func (s *Store) listen(ctx context.Context, ch chan struct{}) {
	const pause = time.Second
	for ctx.Err() == nil {
		if err := s.listenOnce(ctx, ch); err != nil {
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
	}
}

func (s *Store) listenOnce(ctx context.Context, ch chan struct{}) error {
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, `LISTEN outbox`); err != nil {
		return err
	}
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
		hint(ch)
	}
}
