package account

import "errors"

// ErrNotNeeded means that what an e-mail was to bring is not wanted any more: the row is dropped.
var ErrNotNeeded = errors.New("the e-mail is not needed any more")
