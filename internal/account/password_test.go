package account

import (
	"errors"
	"strings"
	"testing"
)

func TestHashes(t *testing.T) {
	h := DefaultCost.hash(good)
	if !strings.HasPrefix(h, "$argon2id$v=19$m=65536,t=3,p=1$") || len(strings.Split(h, "$")) != 6 {
		t.Errorf("hash %s", h)
	}
	if h == DefaultCost.hash(good) {
		t.Error("two hashes have the same salt")
	}
	for password, want := range map[string]bool{good: true, wrong: false, "": false} {
		if ok, err := verify(h, password); err != nil || ok != want {
			t.Errorf("%q: %t, %v", password, ok, err)
		}
	}
	if ok, err := verify(DefaultCost.nobody(), good); ok || err != nil {
		t.Errorf("the hash that nobody has: %t, %v", ok, err)
	}
	if ok, err := verify(cheap.hash("caf\u00e9 au lait noir"), "cafe\u0301 au lait noir"); !ok || err != nil {
		t.Errorf("the same characters from another keyboard: %t, %v", ok, err)
	}
	// Made by the reference implementation: argon2 somesalt -id -t 2 -m 16 -p 1 (password "password").
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := verify(reference, "password"); !ok || err != nil {
		t.Errorf("reference: %t, %v", ok, err)
	}
}

func TestOddHashesAreRefused(t *testing.T) {
	h := cheap.hash(good)
	for _, odd := range []string{"", "plain", strings.Replace(h, "argon2id", "argon2i", 1), strings.Replace(h, "v=19", "v=16", 1),
		strings.Replace(h, "m=64", "m=4294967295", 1), strings.Replace(h, "t=1", "t=0", 1), strings.Replace(h, "p=1", "p=255", 1),
		h[:len(h)-40], h + "$", strings.Replace(h, "m=64", "m=x", 1)} {
		if ok, err := verify(odd, good); ok || !errors.Is(err, errHash) {
			t.Errorf("%q: %t, %v", odd, ok, err)
		}
	}
}
