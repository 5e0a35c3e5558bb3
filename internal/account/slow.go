package account

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrSlow means that there were too many wrong passwords: the next one is taken after a wait. See SlowError.
var ErrSlow = errors.New("too many wrong passwords: wait before the next try")

// SlowError is ErrSlow with how long to wait.
type SlowError struct{ Wait time.Duration }

func (e *SlowError) Error() string { return fmt.Sprintf("%v: %v", ErrSlow, e.Wait) }
func (e *SlowError) Unwrap() error { return ErrSlow }

const (
	freeFailures = 3 // typing mistakes
	firstWait    = 2 * time.Second
	longestWait  = 15 * time.Minute
)

// waitAfter is how long to wait after that many wrong passwords in a row. It grows, and never becomes for ever: an account
// that others could lock would be a means to keep its owner out.
func waitAfter(failures int) time.Duration {
	wait := firstWait
	if failures < freeFailures {
		return 0
	}
	for range failures - freeFailures {
		if wait *= 2; wait >= longestWait {
			return longestWait
		}
	}
	return wait
}

// slowed is a *SlowError while the wait that follows on the last wrong password is not over.
func slowed(failures int, last, now time.Time) error {
	if left := last.Add(waitAfter(failures)).Sub(now); failures > 0 && left > 0 {
		return &SlowError{left}
	}
	return nil
}

// maxAbsentees bounds what guessing at names can take of memory.
const maxAbsentees = 10_000

// absentees counts wrong sign-ins under names that nobody has, so that they are slowed like those that exist and a name that
// is slowed tells nothing.
type absentees struct {
	mu    sync.Mutex
	tries map[[sha256.Size]byte]tries
}

type tries struct {
	failures int
	last     time.Time
}

func newAbsentees() *absentees { return &absentees{tries: map[[sha256.Size]byte]tries{}} }

func (a *absentees) get(username string) tries {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tries[sha256.Sum256([]byte(username))]
}

func (a *absentees) failed(username string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := sha256.Sum256([]byte(username))
	t, known := a.tries[key]
	if !known && len(a.tries) >= maxAbsentees {
		a.forget(now)
	}
	a.tries[key] = tries{t.failures + 1, now}
}

// forget drops names whose wait is over long ago, and any if that is none.
func (a *absentees) forget(now time.Time) {
	for key, t := range a.tries {
		if now.Sub(t.last) > longestWait {
			delete(a.tries, key)
		}
	}
	for key := range a.tries {
		if len(a.tries) < maxAbsentees {
			return
		}
		delete(a.tries, key)
	}
}
