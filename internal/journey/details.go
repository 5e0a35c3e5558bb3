package journey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"prportal.example/internal/store"
)

// Printed is a hash of what will be printed on the card about a person, so that an answer about it holds no longer than it does.
func Printed(p store.Person) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{p.GivenNames, p.FamilyName, p.BirthDate}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// DetailsCheck is an answer to whether name and birth date are right.
type DetailsCheck struct {
	By
	Right bool
	Note  string // what is wrong; may be empty
}

// CheckDetails records the answer. "Wrong" puts it on the office's list, and the card waits for the office; "right" takes that
// back until the photo is accepted. ErrOrdered after that, and once the card is ordered.
func (s *Service) CheckDetails(ctx context.Context, in DetailsCheck) error {
	err := s.step(ctx, in.By, func(tx *store.Tx, c store.CaseRow, now time.Time) error {
		p, err := tx.Person(ctx, in.PersonID)
		if err != nil {
			return err
		}
		card, err := found(tx.Card(ctx, c.ID))
		if err != nil {
			return err
		}
		if card != nil && (in.Right || card.State != store.CardHeld) {
			return ErrOrdered // a card that is held waits for the office's word, not for this one
		}
		if err := tx.AddDetailsCheck(ctx, store.DetailsCheck{PersonID: p.ID, Right: in.Right, Printed: Printed(p),
			AccountID: in.AccountID, MadeAt: now}); err != nil {
			return err
		}
		if err := record(ctx, tx, in.By, c, now, "details_check", map[string]any{"right": in.Right, "printed": Printed(p)}); err != nil {
			return err
		}
		if in.Right {
			return tx.SettleOfficeTask(ctx, p.ID, store.OfficeWrongDetails, now)
		}
		return hold(ctx, tx, in, c, now)
	})
	if err != nil {
		return fmt.Errorf("check details: %w", err)
	}
	return nil
}

// hold tells the office what is wrong. Who says so again says it better: the task names the first note, the case has all.
func hold(ctx context.Context, tx *store.Tx, in DetailsCheck, c store.CaseRow, now time.Time) error {
	noteID := ""
	if in.Note != "" {
		noteID = store.NewID()
		if err := tx.AddNote(ctx, store.Note{ID: noteID, CaseID: c.ID, Kind: store.NoteToOffice, AuthorID: in.AccountID, Body: in.Note,
			CreatedAt: now}); err != nil {
			return err
		}
	}
	_, err := tx.OpenOfficeTask(ctx, store.OfficeTask{Kind: store.OfficeWrongDetails, PersonID: in.PersonID, CaseID: c.ID,
		NoteID: noteID, OpenedBy: store.ActorApplicant, OpenedAt: now})
	return err
}
