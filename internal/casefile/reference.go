package casefile

import (
	"crypto/sha256"
	"encoding/base32"
)

// crockford leaves out the letters I, L, O and U, so that nothing is taken for anything else.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// Reference is what people call a case by, in an e-mail or over the phone: ten signs in two groups, such as "7K3MV-9QXA2". It
// follows from the id, and tells nothing about it.
func Reference(caseID string) string {
	sum := sha256.Sum256([]byte("reference\x00" + caseID))
	text := crockford.EncodeToString(sum[:7])
	return text[:5] + "-" + text[5:10]
}
