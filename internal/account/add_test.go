package account

import (
	"errors"
	"testing"

	"prportal.example/internal/store"
)

func TestA1WhoHasAnAccountIsNotInvitedAnyMore(t *testing.T) {
	onBoth(t, func(w *world) {
		for clientID, invited := range map[string]bool{"C1": false, "C2": true} {
			person := w.personID(clientID)
			if _, err := w.store.Invitation(ctx, person); invited && errors.Is(err, store.ErrNotFound) {
				w.ok(w.store.Tx(ctx, func(tx *store.Tx) error { return tx.InsertInvitation(ctx, person, w.clock) }))
			}
			a, err := w.service.AddApplicant(ctx, clientID, "user-"+clientID, good)
			w.ok(err)
			i, err := w.store.Invitation(ctx, person)
			w.ok(err)
			if i.State != store.InvitationConfirmed || !i.AnsweredAt.Equal(w.clock) || !a.TemporaryUntil.IsZero() {
				t.Errorf("%+v, %+v", i, a)
			}
		}
	})
}
