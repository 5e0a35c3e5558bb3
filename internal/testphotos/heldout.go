package testphotos

import "hash/fnv"

// HeldOut tells whether a person of the labelled photos is kept for measuring: about a third of them. Nothing is trained or
// calibrated on their photos, neither as they are nor with anything painted on them.
func HeldOut(subject string) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(subject)) // never fails
	return h.Sum32()%3 == 0
}
