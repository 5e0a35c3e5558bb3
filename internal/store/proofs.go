package store

import (
	"context"
	"errors"
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

// NoteProofRevoked is the office's reason for revoking a proof of status; the person does not see it.
const NoteProofRevoked NoteKind = "proof_revoked"

// Proof is a proof of permanent resident status as a document. A person has one at most that is not revoked. Zero times mean
// "not yet".
type Proof struct {
	ID          string
	PersonID    string
	Number      string // on the document
	State       ProofState
	RequestedAt time.Time
	ConfirmedAt time.Time // it may be made from then on
	IssuedAt    time.Time
	RevokedAt   time.Time
	SHA256      string // of the document, in hex
	Size        int64  // bytes
	Attempts    int    // that were begun; names the one that is under way
	AvailableAt time.Time
	LastError   string
}

const proofColumns = `id, person_id, number, state, requested_at, confirmed_at, issued_at, revoked_at, sha256, size, attempts,
	available_at, last_error`

func scanProof(s scanner) (p Proof, err error) {
	var requested, confirmed, issued, revoked, available int64
	err = s.Scan(&p.ID, &p.PersonID, &p.Number, &p.State, &requested, &confirmed, &issued, &revoked, &p.SHA256, &p.Size, &p.Attempts,
		&available, &p.LastError)
	p.RequestedAt, p.ConfirmedAt, p.IssuedAt = instant(requested), instant(confirmed), instant(issued)
	p.RevokedAt, p.AvailableAt = instant(revoked), instant(available)
	return p, err
}

// Proof returns the proof with that id.
func (q queries) Proof(ctx context.Context, id string) (Proof, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+proofColumns+` FROM proofs WHERE id = $1`, id), "proof of status", scanProof)
}

// ProofByNumber returns the proof with that number.
func (q queries) ProofByNumber(ctx context.Context, number string) (Proof, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+proofColumns+` FROM proofs WHERE number = $1`, number), "proof of status", scanProof)
}

// LastProof returns a person's proof that is not revoked, else the newest, ErrNotFound if there is none.
func (q queries) LastProof(ctx context.Context, personID string) (Proof, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT `+proofColumns+` FROM proofs WHERE person_id = $1
		ORDER BY CASE WHEN state = 'revoked' THEN 1 ELSE 0 END, requested_at DESC, id DESC LIMIT 1`, personID), "proof of status", scanProof)
}

// ProofsOfPerson returns all proofs of a person, the oldest first.
func (q queries) ProofsOfPerson(ctx context.Context, personID string) ([]Proof, error) {
	return many(ctx, q, "proofs of person", scanProof,
		`SELECT `+proofColumns+` FROM proofs WHERE person_id = $1 ORDER BY requested_at, id`, personID)
}

// InsertProof adds a proof that is requested or confirmed, unless the person has one that is not revoked. It reports whether it
// was added.
func (t *Tx) InsertProof(ctx context.Context, p Proof) (added bool, err error) {
	t.enqueued = true // those who make proofs listen too
	err = t.change(ctx, "add proof of status", `INSERT INTO proofs (id, person_id, number, state, requested_at, confirmed_at, available_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id) WHERE state <> 'revoked' DO NOTHING`,
		p.ID, p.PersonID, p.Number, string(p.State), millis(p.RequestedAt), millis(p.ConfirmedAt), millis(p.ConfirmedAt))
	if errors.Is(err, ErrStale) {
		return false, nil
	}
	return err == nil, err
}

// ConfirmProof lets a requested proof be made; ErrStale if it does not wait for that.
func (t *Tx) ConfirmProof(ctx context.Context, id string, now time.Time) error {
	t.enqueued = true
	return t.change(ctx, "confirm proof of status", `UPDATE proofs SET state = 'confirmed', confirmed_at = $2, available_at = $2
		WHERE id = $1 AND state = 'requested'`, id, millis(now))
}

// mayBeMade keeps a proof from everybody whose application is withdrawn or who does not declare to be in Canada.
const mayBeMade = `state = 'confirmed'
	AND EXISTS (SELECT 1 FROM people WHERE people.id = proofs.person_id AND people.withdrawn_at = 0)
	AND (SELECT answer FROM declarations WHERE declarations.person_id = proofs.person_id ORDER BY made_at DESC, id DESC LIMIT 1) = 'in_canada'`

// ClaimProof gives the proof that has waited longest to the caller, who makes it until the given time: from then on somebody else
// may try. ErrNotFound when none is due.
func (t *Tx) ClaimProof(ctx context.Context, now, until time.Time) (Proof, error) {
	lock := ""
	if t.postgres {
		lock = " FOR UPDATE SKIP LOCKED"
	}
	id, err := one(t.db.QueryRowContext(ctx, `SELECT id FROM proofs WHERE `+mayBeMade+` AND available_at <= $1
		ORDER BY available_at, id LIMIT 1`+lock, millis(now)), "next proof of status",
		func(s scanner) (v string, err error) { return v, s.Scan(&v) })
	if err != nil {
		return Proof{}, err
	}
	if err := t.change(ctx, "claim proof of status", `UPDATE proofs SET attempts = attempts + 1, available_at = $2
		WHERE id = $1 AND available_at <= $3 AND state = 'confirmed'`, id, millis(until), millis(now)); err != nil {
		return Proof{}, err
	}
	return t.Proof(ctx, id)
}

// IssueProof notes that a claimed proof is made. ErrStale means that it must not be issued: another attempt has begun, it was
// revoked, or its person has left Canada or the application.
func (t *Tx) IssueProof(ctx context.Context, p Proof) error {
	return t.change(ctx, "issue proof of status", `UPDATE proofs SET state = 'issued', issued_at = $3, sha256 = $4, size = $5,
		available_at = 0, last_error = '' WHERE id = $1 AND attempts = $2 AND `+mayBeMade,
		p.ID, p.Attempts, millis(p.IssuedAt), p.SHA256, p.Size)
}

// ProofFailed notes why an attempt to make a proof failed, and when to try again; ErrStale if another attempt has begun since.
func (t *Tx) ProofFailed(ctx context.Context, id string, attempt int, reason string, again time.Time) error {
	return t.change(ctx, "note failed proof of status", `UPDATE proofs SET last_error = $3, available_at = $4
		WHERE id = $1 AND attempts = $2 AND state = 'confirmed'`, id, attempt, reason, millis(again))
}

// RevokeProof ends a proof, issued or not; ErrStale if it is revoked already.
func (t *Tx) RevokeProof(ctx context.Context, id string, now time.Time) error {
	return t.change(ctx, "revoke proof of status", `UPDATE proofs SET state = 'revoked', revoked_at = $2, available_at = 0
		WHERE id = $1 AND state <> 'revoked'`, id, millis(now))
}

// ProofDue tells whether a proof waits to be claimed. It locks nothing, so it can be asked often.
func (q queries) ProofDue(ctx context.Context, now time.Time) (bool, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM proofs WHERE available_at <= $1 AND `+mayBeMade+`)`, millis(now)),
		"due proofs of status", func(s scanner) (due bool, err error) { return due, s.Scan(&due) })
}

// WaitingProofs measures what has to be made, whether it is being tried just now or not.
func (q queries) WaitingProofs(ctx context.Context) (Waiting, error) {
	return one(q.db.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(MIN(confirmed_at), 0) FROM proofs WHERE `+mayBeMade),
		"waiting proofs of status", func(s scanner) (w Waiting, err error) {
			var oldest int64
			err = s.Scan(&w.Rows, &oldest)
			w.Oldest = instant(oldest)
			return w, err
		})
}
