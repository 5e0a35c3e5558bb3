package main

import (
	"errors"
	"testing"
	"time"

	"prportal.example/internal/store"
)

// TestA1TheClockworkRunsBesideTheRelay has an invitation whose 30 days are over before the portal starts.
func TestA1TheClockworkRunsBesideTheRelay(t *testing.T) {
	s := newSystem(t)
	p, err := s.store.PersonByClientID(t.Context(), "9900-0001")
	s.ok(err)
	sent := time.Now().Add(-31 * 24 * time.Hour)
	s.ok(s.store.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.InsertInvitation(t.Context(), p.ID, sent); err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
		return tx.SaveInvitation(t.Context(), store.Invitation{PersonID: p.ID, State: store.InvitationWaiting, QueuedAt: sent, SentAt: sent,
			ExpiresAt: sent.Add(30 * 24 * time.Hour), Reminders: 2, NextAt: sent.Add(30 * 24 * time.Hour)})
	}))
	defer s.serve()()
	s.await("the office's task", func() bool {
		tasks, err := s.store.OfficeTasksOfPerson(t.Context(), p.ID)
		return err == nil && len(tasks) == 1 && tasks[0].Kind == store.OfficeSilent
	})
}
