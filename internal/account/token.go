package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// tokenBytes make the token of a link that nobody guesses: 192 bits, 32 letters of base64url.
const tokenBytes = 24

// newToken makes what stands in a link.
func newToken() string {
	random := make([]byte, tokenBytes)
	_, _ = rand.Read(random) // never fails: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(random)
}

// tokenRef is what a token is stored and known by, "" for what can't be a token of ours.
func tokenRef(token string) string {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != tokenBytes || base64.RawURLEncoding.EncodeToString(b) != token {
		return ""
	}
	return hashOf(token)
}

// hashOf is the SHA-256 of a text in hex.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
