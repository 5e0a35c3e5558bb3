package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// MailKind names a kind of e-mail.
type MailKind string

// Every e-mail that there is. Its words are in package mail; what it needs beside the ids of its row is read when it is sent.
const (
	MailInvitation         MailKind = "invitation"          // with a personal link, made when it is handed over
	MailInvitationReminder MailKind = "invitation_reminder" // the same, once more
	MailDeclined           MailKind = "declined"            // the other way to finish
	MailCredentials        MailKind = "credentials"         // username and temporary password, made when it is handed over
	MailPasswordReset      MailKind = "password_reset"      // with a one-time link, made when it is handed over
	MailUsername           MailKind = "username"            // a forgotten username
	MailPasswordChanged    MailKind = "password_changed"    // notice
	MailEmailChanged       MailKind = "email_changed"       // notice, one to the old address and one to the new one
	MailAddressChanged     MailKind = "address_changed"     // notice
	MailPhotoSubmitted     MailKind = "photo_submitted"     // with the reference
	MailPhotoReturned      MailKind = "photo_returned"
	MailPhotoAccepted      MailKind = "photo_accepted"
	MailVerdictReady       MailKind = "verdict_ready"
	MailTaskReminder       MailKind = "task_reminder" // nothing was heard for 7 days, then 30
	MailProofReady         MailKind = "proof_ready"
	MailProofRevoked       MailKind = "proof_revoked"
	MailCardHeld           MailKind = "card_held"
	MailCardMailed         MailKind = "card_mailed"
	MailCardReturned       MailKind = "card_returned"
	MailOfficeMessage      MailKind = "office_message" // there is a message to read in the portal
)

// MailKinds returns every kind.
func MailKinds() []MailKind {
	return []MailKind{MailInvitation, MailInvitationReminder, MailDeclined, MailCredentials, MailPasswordReset, MailUsername,
		MailPasswordChanged, MailEmailChanged, MailAddressChanged, MailPhotoSubmitted, MailPhotoReturned, MailPhotoAccepted,
		MailVerdictReady, MailTaskReminder, MailProofReady, MailProofRevoked, MailCardHeld, MailCardMailed, MailCardReturned,
		MailOfficeMessage}
}

// bulk tells whether e-mails of the kind come in thousands and nobody waits for one.
func (k MailKind) bulk() bool {
	return k == MailInvitation || k == MailInvitationReminder || k == MailTaskReminder
}

// Mail is the payload of an outbox row of kind mail: ids only. The e-mail is written when it is sent, in the language and to the
// address that the person has then.
type Mail struct {
	Kind          MailKind `json:"mail"`
	PersonID      string   `json:"person_id"`
	CaseID        string   `json:"case_id,omitempty"`
	PhotoID       string   `json:"photo_id,omitempty"`
	NoteID        string   `json:"note_id,omitempty"`
	EmailChangeID string   `json:"email_change_id,omitempty"`
	ToOldAddress  bool     `json:"to_old_address,omitempty"` // of the change
	ProofID       string   `json:"proof_id,omitempty"`
	QueuedAt      int64    `json:"queued_at,omitempty"` // milliseconds since 1970; set by EnqueueMail
}

// EnqueueMail queues an e-mail. Rows of one person are handled in order.
func (t *Tx) EnqueueMail(ctx context.Context, m Mail, at time.Time) error {
	m.QueuedAt = millis(at)
	payload, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("queue e-mail: %w", err)
	}
	key := m.CaseID
	if key == "" {
		key = m.PersonID
	}
	return t.Enqueue(ctx, Row{Kind: KindMail, Key: key, PersonID: m.PersonID, Payload: payload, AvailableAt: at, Bulk: m.Kind.bulk()})
}
