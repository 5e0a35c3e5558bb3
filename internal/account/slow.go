package account

import (
	"errors"
	"fmt"
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
	// forgetAfter is how long wrong tries count after the last of them, those under names that nobody has too.
	forgetAfter = 24 * time.Hour
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

// absentName is what is stored of a name that nobody has: people type their passwords into the wrong field.
func absentName(username string) string { return hashOf(username) }
