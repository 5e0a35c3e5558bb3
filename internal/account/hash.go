package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost is how much work argon2id (RFC 9106) does for one password.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
}

// DefaultCost is the second recommended option of RFC 9106 on one lane: 64 MiB and 3 passes, about 120 ms.
var DefaultCost = Cost{MemoryKiB: 64 << 10, Passes: 3, Threads: 1}

// dearest is the most that a stored hash may ask for: one that was tampered with must not take all memory.
var dearest = Cost{MemoryKiB: 1 << 20, Passes: 64, Threads: 16}

const (
	saltBytes = 16
	keyBytes  = 32
)

var errHash = errors.New("the stored hash is not one of argon2id in PHC string format")

func (c Cost) check() error {
	if c.Passes < 1 || c.Threads < 1 || c.MemoryKiB < 8*uint32(c.Threads) ||
		c.MemoryKiB > dearest.MemoryKiB || c.Passes > dearest.Passes || c.Threads > dearest.Threads {
		return fmt.Errorf("argon2id cannot run with %d KiB, %d passes and %d threads", c.MemoryKiB, c.Passes, c.Threads)
	}
	return nil
}

// hash returns the PHC string of a password with a new salt.
func (c Cost) hash(password string) string {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails: it ends the process instead
	return c.phc(salt, argon2.IDKey(passwordBytes(password), salt, c.Passes, c.MemoryKiB, c.Threads, keyBytes))
}

// nobody is a hash of this cost that no password is known to have: its key is random.
func (c Cost) nobody() string {
	random := make([]byte, saltBytes+keyBytes)
	_, _ = rand.Read(random)
	return c.phc(random[:saltBytes], random[saltBytes:])
}

func (c Cost) phc(salt, key []byte) string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.MemoryKiB, c.Passes, c.Threads, encode(salt), encode(key))
}

// verify tells whether the password has that hash. What the hash cost when it was made stands in it.
func verify(hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, errHash
	}
	var c Cost
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.MemoryKiB, &c.Passes, &c.Threads); err != nil {
		return false, errHash
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	if err := errors.Join(saltErr, keyErr, c.check()); err != nil {
		return false, fmt.Errorf("%w: %w", errHash, err)
	}
	if len(salt) < 8 || len(key) < 16 || len(key) > 64 {
		return false, errHash
	}
	got := argon2.IDKey(passwordBytes(password), salt, c.Passes, c.MemoryKiB, c.Threads, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1, nil
}

// passwordBytes makes one password of what different keyboards send for the same characters.
func passwordBytes(password string) []byte { return norm.NFC.Bytes([]byte(password)) }
