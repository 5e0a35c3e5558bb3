// Package account keeps people's credentials: passwords hashed with argon2id, sign-ins that give the same answer to whoever
// guesses, and the accounts of officers and applicants.
package account

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"prportal.example/internal/store"
)

// Config is what accounts need.
type Config struct {
	Store *store.Store
	Now   func() time.Time
	// Concurrency is how many passwords are hashed at once, each in Cost.MemoryKiB of memory; others wait their turn. 0 means
	// one for each processor, and four at most.
	Concurrency int
	// Cost of new hashes. The zero value is DefaultCost; anything less is for tests alone.
	Cost Cost
	// AnswerAfter is how long it takes at least to answer who has forgotten something, so that the time does not tell whether
	// there was anything to do. 0 means 300 ms; less is for tests alone.
	AnswerAfter time.Duration
}

// answerAfter is far longer than queueing an e-mail takes.
const answerAfter = 300 * time.Millisecond

// Service is safe for concurrent use.
type Service struct {
	c      Config
	turns  chan struct{} // one place for each password that is hashed at once
	nobody string        // a hash that no password has, verified where there is no account
	verify func(hash, password string) (bool, error)
}

// New checks the settings.
func New(c Config) (*Service, error) {
	if c.Store == nil || c.Now == nil {
		return nil, errors.New("accounts: store and clock must be given")
	}
	if c.Concurrency <= 0 {
		c.Concurrency = min(runtime.GOMAXPROCS(0), 4)
	}
	if c.Cost == (Cost{}) {
		c.Cost = DefaultCost
	}
	if c.AnswerAfter <= 0 {
		c.AnswerAfter = answerAfter
	}
	if err := c.Cost.check(); err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	return &Service{c: c, turns: make(chan struct{}, c.Concurrency), nobody: c.Cost.nobody(), verify: verify}, nil
}

// turn waits for a place to hash a password in; done gives it back.
func (s *Service) turn(ctx context.Context) (done func(), err error) {
	select {
	case s.turns <- struct{}{}:
		return func() { <-s.turns }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
}
