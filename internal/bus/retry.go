package bus

import "errors"

// Retry marks an error that lies with something the handler depends on and not with the message: network, a store that is
// down, refused credentials. The consumer holds the message and tries again until it goes through.
func Retry(err error) error {
	if err == nil {
		return nil
	}
	return &retryError{err}
}

// IsRetry reports whether err, or an error it wraps, was marked by Retry.
func IsRetry(err error) bool {
	var marked *retryError
	return errors.As(err, &marked)
}

type retryError struct{ err error }

func (e *retryError) Error() string { return e.err.Error() }
func (e *retryError) Unwrap() error { return e.err }
