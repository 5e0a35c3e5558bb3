package account

import "errors"

// ErrNotNeeded means that things have moved on since an e-mail was queued: nothing is made, and the e-mail is dropped.
var ErrNotNeeded = errors.New("the e-mail is not needed any more")
