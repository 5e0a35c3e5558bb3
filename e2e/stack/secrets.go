package main

import "crypto/rand"

// secrets makes up a value for each variable that the compose file wants from whoever starts it, the same each time.
type secrets map[string]string

func (s secrets) of(name string) string {
	if s[name] == "" {
		s[name] = rand.Text()
	}
	return s[name]
}
