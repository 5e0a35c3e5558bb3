package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/testenv/crowd"
	"prportal.example/pkg/photocheck/report"
)

// method is a method of Tx and what its statements may do.
type method struct {
	call    func(*Tx) error
	ordered bool     // it reads the first few of many: they must come in order, not be sorted
	reads   int      // rows that PostgreSQL may read, if more than a few
	scans   []string // tables, or names for them, that it may read as a whole
	uses    string   // the index that SQLite must use, where another would lead to too much
}

// People of the crowd, of the first thousand; see there. Those of any other have the same.
const (
	opened   = 8   // no photo; declared; a proof waits; a task is open
	waiting  = 11  // an invitation waits
	asked    = 624 // in review
	held     = 610 // in review, held by officer0
	decided  = 654 // by officer4
	printed  = 708 // accepted, the card is held
	mailed   = 710 // accepted, the card was mailed
	replaced = 520 // has replaced a photo that is not deleted
)

// from makes the id of what somebody has in the thousand that begins there. Who stands first in a table is found soon in any way.
func from(first int, id func(int) string) func(int) string {
	return func(i int) string { return id(first + i) }
}

// of keeps the error alone.
func of[T any](_ T, err error) error { return err }

// ignore lets an answer pass that says that there is nothing.
func ignore(err, allowed error) error {
	if errors.Is(err, allowed) {
		return nil
	}
	return err
}

// officeTasks reads the first page of the list, and one from its middle; of all kinds, and of a rare one.
func officeTasks(ctx context.Context, after string) func(*Tx) error {
	return func(t *Tx) error {
		var errs []error
		for _, kind := range []OfficeTaskKind{"", OfficeWrongDetails} {
			for _, from := range []string{"", after} {
				errs = append(errs, of(t.OfficeTasks(ctx, OfficeTaskPage{Kind: kind, After: from, Limit: 20})))
			}
		}
		return errors.Join(errs...)
	}
}

// planned has every method of Tx. What is on a path that is often taken is marked: no list of such may be sorted or read as a whole.
func planned(ctx context.Context, people int) map[string]method {
	now := plansNow
	last := people/1000*1000 - 1000
	a, c, p, acc := from(last, crowd.Person.ID), from(last, crowd.Case.ID), from(last, crowd.Photo.ID), from(last, crowd.Account.ID)
	client := func(i int) string { return fmt.Sprint("CROWD-", last+i) }
	read := func(call func(*Tx) error) method { return method{call: call} }
	return map[string]method{
		// A person, a case, a photo by its id or by whose it is.
		"Person":              read(func(t *Tx) error { return of(t.Person(ctx, a(opened))) }),
		"PersonByClientID":    read(func(t *Tx) error { return of(t.PersonByClientID(ctx, client(opened))) }),
		"PeopleOfApplication": read(func(t *Tx) error { return of(t.PeopleOfApplication(ctx, fmt.Sprint("A", last/3))) }),
		"NotWithdrawn":        read(func(t *Tx) error { return t.NotWithdrawn(ctx, a(opened)) }),
		"Case":                read(func(t *Tx) error { return of(t.Case(ctx, c(opened))) }),
		"CaseByPerson":        read(func(t *Tx) error { return of(t.CaseByPerson(ctx, a(opened))) }),
		"Photo":               read(func(t *Tx) error { return of(t.Photo(ctx, p(asked))) }),
		"PhotosOfCase":        read(func(t *Tx) error { return of(t.PhotosOfCase(ctx, c(asked))) }),
		"UploadInUse":         read(func(t *Tx) error { return of(t.UploadInUse(ctx, p(replaced))) }),
		"Notes":               read(func(t *Tx) error { return of(t.Notes(ctx, c(printed))) }),
		"Messages":            read(func(t *Tx) error { return of(t.Messages(ctx, c(printed))) }),
		"UnreadMessages":      read(func(t *Tx) error { return of(t.UnreadMessages(ctx, a(printed))) }),
		"History":             read(func(t *Tx) error { return of(t.History(ctx, c(asked))) }),
		"Account":             read(func(t *Tx) error { return of(t.Account(ctx, acc(opened))) }),
		"AccountByUsername":   read(func(t *Tx) error { return of(t.AccountByUsername(ctx, fmt.Sprint("crowd", last+opened))) }),
		"HadAccount":          read(func(t *Tx) error { return of(t.HadAccount(ctx, a(opened))) }),
		"AbsentName":          read(func(t *Tx) error { return of(t.AbsentName(ctx, "x")) }),
		"AccountByPerson":     read(func(t *Tx) error { return of(t.AccountByPerson(ctx, a(opened))) }),
		"AccountsByEmail": read(func(t *Tx) error {
			return of(t.AccountsByEmail(ctx, fmt.Sprintf("person%d@crowd.example", last+opened)))
		}),
		"Link":                     read(func(t *Tx) error { return of(t.Link(ctx, a(opened))) }),
		"LastDeclaration":          read(func(t *Tx) error { return of(t.LastDeclaration(ctx, a(opened))) }),
		"LastDetailsCheck":         read(func(t *Tx) error { return of(t.LastDetailsCheck(ctx, a(opened))) }),
		"Address":                  read(func(t *Tx) error { return ignore(of(t.Address(ctx, "x")), ErrNotFound) }),
		"LastAddress":              read(func(t *Tx) error { return of(t.LastAddress(ctx, a(opened), PostalAddress)) }),
		"EmailChange":              read(func(t *Tx) error { return ignore(of(t.EmailChange(ctx, "x")), ErrNotFound) }),
		"EmailChangedSince":        read(func(t *Tx) error { return of(t.EmailChangedSince(ctx, a(20), now)) }),
		"Card":                     read(func(t *Tx) error { return of(t.Card(ctx, c(printed))) }),
		"Proof":                    read(func(t *Tx) error { return ignore(of(t.Proof(ctx, "x")), ErrNotFound) }),
		"ProofByNumber":            read(func(t *Tx) error { return of(t.ProofByNumber(ctx, fmt.Sprint("N", last+opened))) }),
		"LastProof":                read(func(t *Tx) error { return of(t.LastProof(ctx, a(50))) }),
		"ProofsOfPerson":           read(func(t *Tx) error { return of(t.ProofsOfPerson(ctx, a(50))) }),
		"Invitation":               read(func(t *Tx) error { return of(t.Invitation(ctx, a(opened))) }),
		"InvitationsOfApplication": read(func(t *Tx) error { return of(t.InvitationsOfApplication(ctx, fmt.Sprint("A", last/3))) }),
		"MailRow":                  read(func(t *Tx) error { return of(t.MailRow(ctx, crowd.Mail.ID(last+opened))) }),
		"MailsOfPerson":            read(func(t *Tx) error { return of(t.MailsOfPerson(ctx, a(50))) }),
		"MailsSince":               read(func(t *Tx) error { return of(t.MailsSince(ctx, a(50), MailUsername, now.Add(-time.Hour))) }),
		"OfficeTask":               read(func(t *Tx) error { return of(t.OfficeTask(ctx, crowd.Task.ID(last+opened))) }),
		"OpenOfficeTaskOf":         read(func(t *Tx) error { return of(t.OpenOfficeTaskOf(ctx, a(printed), OfficeWrongDetails)) }),
		"OfficeTasksOfPerson":      read(func(t *Tx) error { return of(t.OfficeTasksOfPerson(ctx, a(printed))) }),

		// The first of many.
		"DueMails": {
			call:    func(t *Tx) error { return of(t.DueMails(ctx, now, 200)) },
			ordered: true, reads: 700, uses: "outbox_unsent",
		},
		// Five times a second, while mail waits.
		"DueRows event": {
			call:    func(t *Tx) error { return of(t.DueRows(ctx, KindEvent, now, 200)) },
			ordered: true, reads: 30, uses: "outbox_unsent",
		},
		"DueRows release": {
			call:    func(t *Tx) error { return of(t.DueRows(ctx, KindRelease, now, 200)) },
			ordered: true, reads: 30, uses: "outbox_unsent",
		},
		"Waiting event": {
			call:  func(t *Tx) error { return of(t.Waiting(ctx, KindEvent, now)) },
			reads: 30, uses: "outbox_due",
		},
		"Waiting release": {
			call:  func(t *Tx) error { return of(t.Waiting(ctx, KindRelease, now)) },
			reads: 30, uses: "outbox_due",
		},
		"Waiting mail": {
			call:  func(t *Tx) error { return of(t.Waiting(ctx, KindMail, now)) },
			reads: 6000, uses: "outbox_due",
		},
		"LeaseNext": {
			call:  func(t *Tx) error { return of(t.LeaseNext(ctx, Account{ID: "officer1"}, now, time.Minute)) },
			reads: 60, uses: "cases_leased",
		},
		"CasesInReview":   {call: func(t *Tx) error { return of(t.CasesInReview(ctx, 20)) }, ordered: true, reads: 60},
		"UndoableCases":   {call: func(t *Tx) error { return of(t.UndoableCases(ctx, "officer4", now)) }, reads: 100},
		"OfficeTasks":     {call: officeTasks(ctx, crowd.Task.ID(last+opened)), ordered: true, reads: 60},
		"OpenOfficeTasks": {call: func(t *Tx) error { return of(t.OpenOfficeTasks(ctx, 20)) }, ordered: true, reads: 30},
		"DueInvitations": {
			call:    func(t *Tx) error { return of(t.DueInvitations(ctx, now, 0, 50)) },
			ordered: true, reads: 60,
		},
		"HeldCardsWithoutReason": {
			call:    func(t *Tx) error { return of(t.HeldCardsWithoutReason(ctx, 100)) },
			ordered: true, reads: 100, uses: "cards_held",
		},
		"ReplacedPhotos":       {call: func(t *Tx) error { return of(t.ReplacedPhotos(ctx, now, 20)) }, ordered: true, reads: 30},
		"PhotosWithoutVerdict": {call: func(t *Tx) error { return of(t.PhotosWithoutVerdict(ctx, now, 500)) }, reads: 60},
		"PendingUploads": {
			call:  func(t *Tx) error { return of(t.PendingUploads(ctx, now, 500)) },
			scans: []string{"pending_uploads"},
		},
		"ClaimProof": {call: func(t *Tx) error { return of(t.ClaimProof(ctx, now, now.Add(time.Minute))) }, reads: 30},
		"ProofDue":   {call: func(t *Tx) error { return of(t.ProofDue(ctx, now)) }, reads: 30},

		// What counts or goes over all that is open.
		"QueueCounts":      {call: func(t *Tx) error { return of(t.QueueCounts(ctx, now)) }, reads: 300, uses: "cases_queue"},
		"OfficeTaskCounts": {call: func(t *Tx) error { return of(t.OfficeTaskCounts(ctx)) }, reads: 300, uses: "office_tasks_by_kind"},
		"WaitingProofs":    {call: func(t *Tx) error { return of(t.WaitingProofs(ctx)) }, reads: 30},
		// Once an hour, over everybody: reading the tables in their order is quicker than looking each up.
		"SilentCases": {call: func(t *Tx) error {
			return of(t.SilentCases(ctx, Silence{time.Hour, time.Hour, time.Hour}, now, 100))
		}, scans: []string{"accounts", "cases", "people"}, reads: 30},

		// Changes.
		"PutPerson": read(func(t *Tx) error {
			return of(t.PutPerson(ctx, Person{ClientID: client(opened), Application: "A3", Email: "other@crowd.example"}, now))
		}),
		"PutPeople": {call: func(t *Tx) error {
			return of(t.PutPeople(ctx, []Person{
				{ClientID: client(waiting), Application: "A3", WithdrawnAt: now},        // leaves
				{ClientID: client(999), Application: "A333"},                            // comes back
				{ClientID: client(21), Application: "A7", Email: "other@crowd.example"}, // is invited anew
				{ClientID: "NEW", Application: "A1"},
			}, TakeIn{Now: now, Invite: true}))
		}},
		"SetLanguage":     read(func(t *Tx) error { return t.SetLanguage(ctx, a(opened), "fr", now) }),
		"ChangeEmail":     read(func(t *Tx) error { return t.ChangeEmail(ctx, a(opened), "new@crowd.example", a(opened), now) }),
		"LockApplication": read(func(t *Tx) error { return t.LockApplication(ctx, fmt.Sprint("A", last/3)) }),
		"InsertInvitation": read(func(t *Tx) error {
			if _, err := t.PutPerson(ctx, Person{ClientID: "NEW"}, now); err != nil {
				return err
			}
			person, err := t.PersonByClientID(ctx, "NEW")
			if err != nil {
				return err
			}
			return t.InsertInvitation(ctx, person.ID, now)
		}),
		"InviteAgain": read(func(t *Tx) error {
			return of(t.InviteAgain(ctx, Invitation{PersonID: a(waiting), State: InvitationWaiting}, now))
		}),
		"SaveInvitation": read(func(t *Tx) error {
			return t.SaveInvitation(ctx, Invitation{PersonID: a(opened), State: InvitationWaiting})
		}),
		"InvitationBounced":    read(func(t *Tx) error { return t.InvitationBounced(ctx, a(waiting), now) }),
		"InsertLink":           read(func(t *Tx) error { return t.InsertLink(ctx, Link{TokenHash: "x", PersonID: a(opened)}) }),
		"UseLink":              read(func(t *Tx) error { return t.UseLink(ctx, a(opened), now) }),
		"EndLinks":             read(func(t *Tx) error { return t.EndLinks(ctx, a(opened), LinkInvitation, now) }),
		"LinkFailed":           read(func(t *Tx) error { return t.LinkFailed(ctx, Link{TokenHash: a(opened)}, now) }),
		"LinkSucceeded":        read(func(t *Tx) error { return t.LinkSucceeded(ctx, a(opened)) }),
		"InsertAccount":        read(func(t *Tx) error { return t.InsertAccount(ctx, Account{ID: "x", Username: "x"}) }),
		"OpenAccount":          read(func(t *Tx) error { return of(t.OpenAccount(ctx, Account{ID: "x", Username: "x", PersonID: a(50)})) }),
		"SignInFailed":         read(func(t *Tx) error { return t.SignInFailed(ctx, acc(opened), now.Add(-time.Hour), now) }),
		"LockAccount":          read(func(t *Tx) error { return t.LockAccount(ctx, acc(opened)) }),
		"AbsentNameFailed":     read(func(t *Tx) error { return t.AbsentNameFailed(ctx, "x", now.Add(-time.Hour), now) }),
		"SignInSucceeded":      read(func(t *Tx) error { return t.SignInSucceeded(ctx, acc(opened), now) }),
		"SetTemporaryPassword": read(func(t *Tx) error { return t.SetTemporaryPassword(ctx, acc(opened), "x", now) }),
		"SetOwnPassword":       read(func(t *Tx) error { return t.SetOwnPassword(ctx, Account{ID: acc(opened)}, "x") }),
		"EndSessions":          read(func(t *Tx) error { return t.EndSessions(ctx, Account{ID: acc(opened)}) }),
		"CloseAccount":         read(func(t *Tx) error { return t.CloseAccount(ctx, acc(opened), now) }),
		"AddDeclaration":       read(func(t *Tx) error { return t.AddDeclaration(ctx, Declaration{PersonID: a(opened)}) }),
		"AddDetailsCheck":      read(func(t *Tx) error { return t.AddDetailsCheck(ctx, DetailsCheck{PersonID: a(opened)}) }),
		"AddAddress":           read(func(t *Tx) error { return of(t.AddAddress(ctx, Address{PersonID: a(opened)})) }),
		"AddNote":              read(func(t *Tx) error { return t.AddNote(ctx, Note{CaseID: c(opened)}) }),
		"ReadMessage":          read(func(t *Tx) error { return t.ReadMessage(ctx, c(mailed), crowd.Note.ID(last+mailed), now) }),
		"Record":               read(func(t *Tx) error { return t.Record(ctx, Entry{CaseID: c(opened)}) }),

		"LockCase":  read(func(t *Tx) error { return t.LockCase(ctx, c(opened)) }),
		"HoldCase":  read(func(t *Tx) error { return t.HoldCase(ctx, c(opened)) }),
		"Touch":     read(func(t *Tx) error { return t.Touch(ctx, c(opened), now) }),
		"SaveCase":  read(func(t *Tx) error { return t.SaveCase(ctx, CaseRow{Case: casefile.Case{ID: c(opened), Version: 4}}, 3) }),
		"SaveBoxes": read(func(t *Tx) error { return t.SaveBoxes(ctx, c(opened), 3, casefile.Boxes{}) }),
		"Reminded": read(func(t *Tx) error {
			return t.Reminded(ctx, SilentCase{CaseID: c(opened), ActiveAt: now.Add(-time.Duration(last+opened) * time.Millisecond)}, now)
		}),
		"LeaseCase":     read(func(t *Tx) error { return of(t.LeaseCase(ctx, c(asked), "officer1", now, time.Minute)) }),
		"Skip":          read(func(t *Tx) error { return t.Skip(ctx, c(held), "officer0", "unsure", now) }),
		"InsertPhoto":   read(func(t *Tx) error { return t.InsertPhoto(ctx, Photo{ID: "x", CaseID: c(opened)}) }),
		"MarkReplaced":  read(func(t *Tx) error { return t.MarkReplaced(ctx, p(replaced), now) }),
		"MarkDeclared":  read(func(t *Tx) error { return t.MarkDeclared(ctx, p(asked), now) }),
		"MarkSubmitted": read(func(t *Tx) error { return t.MarkSubmitted(ctx, p(asked), now) }),
		"StoreVerdict":  read(func(t *Tx) error { return of(t.StoreVerdict(ctx, Verdict{PhotoID: p(asked), SHA256: "hash"})) }),
		"Rejudge":       read(func(t *Tx) error { return t.Rejudge(ctx, p(replaced), report.Report{}, nil) }),
		"DecidePhoto":   read(func(t *Tx) error { return t.DecidePhoto(ctx, p(decided), casefile.Case{}, now) }),
		"DeletePhoto":   read(func(t *Tx) error { return t.DeletePhoto(ctx, crowd.Earlier.ID(last+replaced), now) }),
		"BeginUpload":   read(func(t *Tx) error { return t.BeginUpload(ctx, "x", now) }),
		"EndUpload":     read(func(t *Tx) error { return t.EndUpload(ctx, crowd.Upload.ID(1)) }),
		"AbandonUpload": read(func(t *Tx) error { return t.AbandonUpload(ctx, crowd.Upload.ID(1)) }),
		"ForgetUpload": read(func(t *Tx) error {
			return errors.Join(t.AbandonUpload(ctx, crowd.Upload.ID(1)), t.ForgetUpload(ctx, crowd.Upload.ID(1)))
		}),

		"PutCard":      read(func(t *Tx) error { return t.PutCard(ctx, Card{CaseID: c(printed)}) }),
		"CardMailed":   read(func(t *Tx) error { return of(t.CardMailed(ctx, c(mailed), now)) }),
		"CardReturned": read(func(t *Tx) error { return of(t.CardReturned(ctx, c(mailed), now)) }),
		"InsertProof":  read(func(t *Tx) error { return of(t.InsertProof(ctx, Proof{ID: "x", PersonID: a(waiting), Number: "x"})) }),
		"ConfirmProof": read(func(t *Tx) error { return ignore(t.ConfirmProof(ctx, crowd.Proof.ID(last+opened), now), ErrStale) }),
		"IssueProof":   read(func(t *Tx) error { return t.IssueProof(ctx, Proof{ID: crowd.Proof.ID(last + opened)}) }),
		"ProofFailed":  read(func(t *Tx) error { return t.ProofFailed(ctx, crowd.Proof.ID(last+opened), 0, "x", now) }),
		"RevokeProof":  read(func(t *Tx) error { return t.RevokeProof(ctx, crowd.Proof.ID(last+opened), now) }),

		"OpenOfficeTask": read(func(t *Tx) error {
			return of(t.OpenOfficeTask(ctx, OfficeTask{Kind: OfficeMoved, PersonID: a(opened)}))
		}),
		"CloseOfficeTask":  read(func(t *Tx) error { return t.CloseOfficeTask(ctx, crowd.Task.ID(last+opened), "x", "x", "", now) }),
		"SettleOfficeTask": read(func(t *Tx) error { return t.SettleOfficeTask(ctx, a(opened), OfficeWrongDetails, now) }),

		"Enqueue":     read(func(t *Tx) error { return t.Enqueue(ctx, Row{Kind: KindEvent}) }),
		"EnqueueMail": read(func(t *Tx) error { return t.EnqueueMail(ctx, Mail{PersonID: a(opened)}, now) }),
		"MarkSent":    read(func(t *Tx) error { return t.MarkSent(ctx, crowd.Mail.ID(last+opened), now) }),
		"MarkFailed":  read(func(t *Tx) error { return t.MarkFailed(ctx, crowd.Mail.ID(last+opened), "x", now) }),
		"MailBounced": read(func(t *Tx) error { return of(t.MailBounced(ctx, crowd.Mail.ID(last+opened), "5.1.1", now)) }),
		"Lease":       read(func(t *Tx) error { return of(t.Lease(ctx, "x", "x", now, time.Minute)) }),
		"Unlease":     {call: func(t *Tx) error { return t.Unlease(ctx, "x", "x") }},
	}
}
