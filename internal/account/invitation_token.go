package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// invitationTokenBytes make a token that nobody guesses: 192 bits, 32 letters of base64url.
const invitationTokenBytes = 24

// newInvitationToken makes the token of a link.
func newInvitationToken() string {
	b := make([]byte, invitationTokenBytes)
	_, _ = rand.Read(b) // never fails: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// invitationRef is what a token is stored and known by, "" for what can't be a token of ours.
func invitationRef(token string) string {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != invitationTokenBytes || base64.RawURLEncoding.EncodeToString(b) != token {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
