package account

import (
	"context"

	"prportal.example/internal/store"
)

// Confirm asks somebody who is signed in for the password once more, before a change that matters. It answers as SignIn does, and
// wrong passwords slow the account as they do there.
func (s *Service) Confirm(ctx context.Context, a store.Account, password string) error {
	_, err := s.SignIn(ctx, a.Username, password, a.Role)
	return err
}
