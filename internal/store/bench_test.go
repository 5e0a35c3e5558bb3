package store

import (
	"context"
	"testing"

	"prportal.example/internal/testenv"
	"prportal.example/internal/testenv/crowd"
)

// BenchmarkStatements measures what is asked often, or goes over much, on large tables (20,000 people; PEOPLE asks for more). Each is
// run in a transaction that is rolled back.
func BenchmarkStatements(b *testing.B) {
	ctx := context.Background()
	testenv.OnBoth(b, func(b *testing.B, address string) {
		s, err := Open(ctx, Config{URL: address})
		noFault(b, err)
		defer s.Close()
		noFault(b, s.Migrate(ctx))
		people := crowd.People(b, 20_000)
		crowd.Fill(b, address, people, plansNow)
		all := planned(ctx, people)
		for _, method := range []string{"AccountByPerson", "AccountsByEmail", "UploadInUse", "OfficeTasksOfPerson", "LockApplication",
			"DueMails", "DueRows event", "DueRows release", "Waiting event", "Waiting release", "Waiting mail",
			"LeaseNext", "CasesInReview", "QueueCounts", "OfficeTasks", "OfficeTaskCounts",
			"HeldCardsWithoutReason", "PhotosWithoutVerdict", "DueInvitations", "ProofDue", "SilentCases"} {
			b.Run(method, func(b *testing.B) {
				for b.Loop() {
					tx, err := s.write.BeginTx(ctx, nil)
					noFault(b, err)
					noFault(b, all[method].call(&Tx{queries: queries{tx}, postgres: s.postgres}))
					noFault(b, tx.Rollback())
				}
			})
		}
	})
}
