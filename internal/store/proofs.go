package store

import (
	"context"
	"time"
)

// ProofState says what has become of a proof of status.
type ProofState string

const (
	ProofRequested ProofState = "requested" // waits for an officer's word, where that is asked for
	ProofConfirmed ProofState = "confirmed" // waits to be made
	ProofIssued    ProofState = "issued"
	ProofRevoked   ProofState = "revoked"
)

// Proof is a proof of permanent resident status as a document. A person has one at most that is not revoked.
type Proof struct {
	ID          string
	PersonID    string
	Number      string // on the document
	State       ProofState
	RequestedAt time.Time
	IssuedAt    time.Time
	RevokedAt   time.Time
	SHA256      string // of the document, in hex
	Size        int64  // bytes
	Attempts    int    // that failed
	AvailableAt time.Time
	LastError   string
}

const proofColumns = `id, person_id, number, state, requested_at, issued_at, revoked_at, sha256, size, attempts, available_at, last_error`

func scanProof(s scanner) (p Proof, err error) {
	var requested, issued, revoked, available int64
	err = s.Scan(&p.ID, &p.PersonID, &p.Number, &p.State, &requested, &issued, &revoked, &p.SHA256, &p.Size, &p.Attempts, &available,
		&p.LastError)
	p.RequestedAt, p.IssuedAt, p.RevokedAt, p.AvailableAt = instant(requested), instant(issued), instant(revoked), instant(available)
	return p, err
}

// Proof returns the proof with that id.
func (q queries) Proof(ctx context.Context, id string) (Proof, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+proofColumns+` FROM proofs WHERE id = $1`, id), "proof of status", scanProof)
}

// LastProof returns a person's newest proof, revoked or not, ErrNotFound if there is none.
func (q queries) LastProof(ctx context.Context, personID string) (Proof, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+proofColumns+` FROM proofs WHERE person_id = $1
		ORDER BY requested_at DESC, id DESC LIMIT 1`, personID), "proof of status", scanProof)
}
