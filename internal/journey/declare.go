package journey

import (
	"context"
	"fmt"
	"time"

	"prportal.example/internal/store"
)

// Child tells whether a parent declares for the person.
func (s *Service) Child(p store.Person) bool { return p.IsChild(s.c.Now().In(s.c.Location)) }

// Declare records whether the person is in Canada. The last answer counts; "in Canada" stays once the photo is submitted
// (ErrSubmitted).
func (s *Service) Declare(ctx context.Context, by By, answer store.Answer) error {
	err := s.step(ctx, by, func(tx *store.Tx, c store.CaseRow, now time.Time) error {
		p, err := tx.Person(ctx, by.PersonID)
		if err != nil {
			return err
		}
		last, err := found(tx.LastDeclaration(ctx, p.ID))
		if err != nil {
			return err
		}
		if last != nil && last.Answer == answer {
			return nil
		}
		if last != nil && last.Answer == store.InCanada && c.Locked() {
			return ErrSubmitted
		}
		child := s.Child(p)
		if err := tx.AddDeclaration(ctx, store.Declaration{PersonID: p.ID, Answer: answer, ForChild: child,
			AccountID: by.AccountID, MadeAt: now}); err != nil {
			return err
		}
		return record(ctx, tx, by, c, now, "declare", map[string]any{"answer": string(answer), "for_child": child})
	})
	if err != nil {
		return fmt.Errorf("declare: %w", err)
	}
	return nil
}
