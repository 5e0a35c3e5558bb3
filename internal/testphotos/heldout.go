package testphotos

import "hash/fnv"

// HeldOut tells whether a person of the labelled photos is kept for measuring: about a third of them. Nothing is trained or
// calibrated on their photos, neither as they are nor with anything painted on them. Somebody without a name, who may be anybody, is
// held out too.
func HeldOut(subject string) bool {
	if subject == "" {
		return true
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(subject)) // never fails
	return h.Sum32()%3 == 0
}
