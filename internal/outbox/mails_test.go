package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/quotedprintable"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"prportal.example/internal/account"
	"prportal.example/internal/casefile"
	"prportal.example/internal/mail"
	"prportal.example/internal/store"
	"prportal.example/internal/testenv"
	"prportal.example/pkg/photocheck/report"
)

// invited adds somebody who waits for an invitation.
func (w *world) invited(email string) store.Person {
	w.Helper()
	person, _ := w.person(email, "en")
	w.tx(func(tx *store.Tx) error { return tx.InsertInvitation(ctx, person.ID, w.now()) })
	return person
}

// sql runs a statement and returns its one number, if it has one: for rows that no method writes.
func (w *world) sql(query string) (n int) {
	w.Helper()
	driver, dsn := "pgx", w.url
	if path, lite := strings.CutPrefix(w.url, "sqlite:"); lite {
		driver, dsn = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, dsn)
	w.ok(err)
	defer db.Close()
	if !strings.HasPrefix(query, "SELECT") {
		_, err = db.ExecContext(ctx, query)
	} else {
		err = db.QueryRowContext(ctx, query).Scan(&n)
	}
	w.ok(err)
	return n
}

// listed checks whether the office has the person on its list because mail comes back.
func (w *world) listed(personID string, want bool) {
	w.Helper()
	tasks, err := w.store.OfficeTasksOfPerson(ctx, personID)
	w.ok(err)
	n := 0
	for _, t := range tasks {
		if t.Kind == store.OfficeBounced && t.DoneAt.IsZero() && t.OpenedBy == store.ActorMachine {
			n++
		}
	}
	if n != map[bool]int{true: 1}[want] {
		w.Errorf("the office has %+v, want the person listed: %v", tasks, want)
	}
}

func (w *world) actions(caseID string) (actions []string) {
	w.Helper()
	h, err := w.store.History(ctx, caseID)
	w.ok(err)
	for _, e := range h {
		actions = append(actions, e.Action)
	}
	return actions
}

// TestA1MailEveryKindIsWrittenFromIDs sends every e-mail that there is; package mail has words for each, and no row holds a secret.
func TestA1MailEveryKindIsWrittenFromIDs(t *testing.T) {
	var kinds []string
	for _, k := range mail.Kinds() {
		kinds = append(kinds, string(k))
	}
	for _, k := range store.MailKinds() {
		if !slices.Contains(kinds, string(k)) || writers[k] == nil {
			t.Errorf("no letter is written for %s", k)
		}
	}
	if len(kinds) != len(store.MailKinds()) || len(writers) != len(kinds) {
		t.Errorf("%d kinds in the store, %d in package mail, %d written", len(store.MailKinds()), len(kinds), len(writers))
	}
	onBoth(t, func(w *world) {
		person, c := w.person("zoe@people.example", "en")
		change := w.everything(person, c)
		for _, kind := range store.MailKinds() {
			m := store.Mail{Kind: kind, PersonID: person.ID, CaseID: c.ID, PhotoID: change["photo"], NoteID: change["note"],
				EmailChangeID: change["email"], ProofID: change["proof"]}
			if kind == store.MailInvitation || kind == store.MailInvitationReminder { // for who has no account yet
				m = store.Mail{Kind: kind, PersonID: w.invited("ana@people.example").ID}
			}
			w.mail(m)
		}
		w.mail(store.Mail{Kind: store.MailEmailChanged, PersonID: person.ID, EmailChangeID: change["email"], ToOldAddress: true})
		rows := w.due(store.KindMail)
		r := w.relay("a", nil)
		for range rows {
			_, err := w.turn(r, store.KindMail) // one person's e-mails go one after the other
			w.ok(err)
		}
		taken, _ := w.server.mails()
		if len(taken) != len(rows) {
			w.Fatalf("%d of %d e-mails came", len(taken), len(rows))
		}
		var all strings.Builder
		for _, raw := range taken {
			all.WriteString(w.bodyOf(raw))
		}
		for _, row := range rows {
			if !strings.Contains(all.String(), "Message-ID: <"+row.ID+"@photos.example>") {
				t.Errorf("no e-mail is that of row %s", row.ID)
			}
		}
		for _, want := range []string{"zoe-4821", casefile.Reference(c.ID), "Trois-Rivi",
			"the left lens", "help@portal.example",
			"n•••@people.example", "30 minutes", "18 May 2026", "5 May 2026", "Send another photo: we could not"} {
			if !strings.Contains(all.String(), want) {
				t.Errorf("no e-mail says %q", want)
			}
		}
		if to := w.server.to; !slices.Contains(to, "old@people.example") {
			t.Errorf("the old address is not told: %v", to)
		}
		// Each secret is the one that was made when its e-mail was handed over.
		secrets := map[string]string{}
		for what, shape := range map[string]string{"invitation": `/invitation/([\w-]{32})`, "reset": `/reset/([\w-]{32})`,
			"password": `(?:[a-z3-9]{4}-){4}[a-z3-9]{4}`} {
			found := regexp.MustCompile(shape).FindStringSubmatch(all.String())
			if found == nil {
				w.Fatalf("no e-mail has the secret of %s", what)
			}
			secrets[what] = found[len(found)-1]
		}
		w.ok(w.accounts.OpenInvitation(ctx, secrets["invitation"]))
		_, err := w.accounts.OpenReset(ctx, secrets["reset"])
		w.ok(err)
		_, err = w.accounts.SignIn(ctx, "zoe-4821", secrets["password"], store.RoleApplicant)
		w.ok(err)
		for _, row := range rows {
			row, err := w.store.MailRow(ctx, row.ID)
			w.ok(err)
			held := fmt.Sprintf("%s %+v", row.Payload, row)
			for _, secret := range append(slices.Collect(maps.Values(secrets)), "zoe", "@") {
				if strings.Contains(held, secret) {
					t.Errorf("row %s holds more than ids: %s", row.ID, held)
				}
			}
		}
	})
}

// bodyOf is an e-mail as its reader has it.
func (w *world) bodyOf(raw string) string {
	w.Helper()
	body, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(strings.ReplaceAll(raw, "=0A", ""))))
	w.ok(err)
	return string(body)
}

// TestA3ALinkNeverGoesToAnAddressThatWasGivenUp changes the address in the moment in which the link is made: after the mailer has read
// the person, and when links until then were made worthless.
func TestA3ALinkNeverGoesToAnAddressThatWasGivenUp(t *testing.T) {
	onBoth(t, func(w *world) {
		person, c := w.person("stranger@people.example", "en")
		w.everything(person, c)
		w.mail(store.Mail{Kind: store.MailPasswordReset, PersonID: person.ID})
		var err error
		w.accounts, err = account.New(account.Config{Store: w.store, Cost: cheap, Now: func() time.Time {
			w.tx(func(tx *store.Tx) error {
				return errors.Join(tx.ChangeEmail(ctx, person.ID, "zoe@people.example", person.ID, w.now()),
					tx.EndLinks(ctx, person.ID, store.LinkReset, w.now()))
			})
			return w.now()
		}})
		w.ok(err)
		w.turns(w.relay("a", nil), store.KindMail, 1)
		if taken, _ := w.server.mails(); len(taken) != 1 || !slices.Equal(w.server.to, []string{"zoe@people.example"}) {
			t.Errorf("%d e-mails, to %v", len(taken), w.server.to)
		}
	})
}

// everything stores what letters read, and returns ids.
func (w *world) everything(person store.Person, c store.CaseRow) map[string]string {
	w.Helper()
	ids := map[string]string{"photo": store.NewID(), "note": store.NewID(), "proof": store.NewID(), "email": store.NewID()}
	w.tx(func(tx *store.Tx) error {
		address, err := tx.AddAddress(ctx, store.Address{PersonID: person.ID, Kind: store.PostalAddress, Street: "1 rue des Forges",
			City: "Trois-Rivières", Province: "QC", PostalCode: "G9A 1A1", GivenAt: w.now()})
		if err != nil {
			return err
		}
		row, err := tx.Case(ctx, c.ID)
		if err != nil {
			return err
		}
		before := row.Version
		row.PhotoID = ids["photo"]
		return errors.Join(tx.InsertAccount(ctx, store.Account{ID: store.NewID(), Role: store.RoleApplicant,
			Username: "zoe-4821", PersonID: person.ID, PasswordHash: "x", TemporaryUntil: w.now(), CreatedAt: w.now()}),
			tx.InsertPhoto(ctx, store.Photo{ID: ids["photo"], CaseID: c.ID, SHA256: strings.Repeat("ab", 32), Format: "jpeg",
				UploadedAt: w.now()}),
			row.Apply(casefile.Upload), row.Apply(casefile.Report), row.Apply(casefile.Submit), row.Apply(casefile.AutoReturn),
			tx.SaveCase(ctx, row, before),
			tx.DecidePhoto(ctx, ids["photo"], casefile.Case{Outcome: casefile.OutcomeReturn, DecidedBy: casefile.ByOfficer,
				Reasons: []report.Reason{report.ReasonGlare}}, w.now()),
			tx.AddNote(ctx, store.Note{ID: ids["note"], CaseID: c.ID, Kind: store.NoteLetter, Body: "the left lens", CreatedAt: w.now()}),
			tx.PutCard(ctx, store.Card{CaseID: c.ID, State: store.CardHeld, PhotoID: ids["photo"], AddressID: address, HeldAt: w.now(),
				MailedAt: w.now().AddDate(0, 0, 1), ExpectedAt: w.now().AddDate(0, 0, 7)}))
	})
	w.sql(`INSERT INTO proofs (id, person_id, number, state, requested_at)
		VALUES ('` + ids["proof"] + `', '` + person.ID + `', '1', 'issued', 1)`)
	w.sql(`INSERT INTO email_changes (id, person_id, old_email, new_email, changed_by, changed_at)
		VALUES ('` + ids["email"] + `', '` + person.ID + `', 'old@people.example', 'new@people.example', '` + person.ID + `', 1)`)
	return ids
}

func TestA9MailOfAnAcceptedPhotoSaysWhenAndWhereTheCardGoes(t *testing.T) {
	onBoth(t, func(w *world) {
		person, c := w.person("zoe@people.example", "fr")
		w.everything(person, c)
		r := w.relay("a", nil)
		for state, want := range map[store.CardState][]string{store.CardHeld: {"pas encore"},
			store.CardOrdered: {"11 mai 2026", "Trois-Rivi"}} {
			w.tx(func(tx *store.Tx) error {
				card, err := tx.Card(ctx, c.ID)
				card.State = state
				return errors.Join(err, tx.PutCard(ctx, card))
			})
			w.mail(store.Mail{Kind: store.MailPhotoAccepted, PersonID: person.ID, CaseID: c.ID})
			w.turns(r, store.KindMail, 1)
			taken, _ := w.server.mails()
			for _, words := range want {
				if !strings.Contains(taken[len(taken)-1], words) {
					t.Errorf("%s: %q is missing in %s", state, words, taken[len(taken)-1])
				}
			}
			if strings.Contains(taken[len(taken)-1], "Forges") {
				t.Errorf("%s: the whole address is shown", state)
			}
		}
		// What has been settled since is not told.
		w.mail(store.Mail{Kind: store.MailCardHeld, PersonID: person.ID, CaseID: c.ID})
		w.tx(func(tx *store.Tx) error {
			card, err := tx.Card(ctx, c.ID)
			card.State = store.CardOrdered
			return errors.Join(err, tx.PutCard(ctx, card))
		})
		w.turns(r, store.KindMail, 1)
		if taken, _ := w.server.mails(); len(taken) != 2 {
			t.Errorf("%d mails", len(taken))
		}
	})
}

func TestA2MailOfAWithdrawnPersonIsDropped(t *testing.T) {
	onBoth(t, func(w *world) {
		gone, c := w.person("gone@people.example", "en")
		w.mail(store.Mail{Kind: store.MailDeclined, PersonID: gone.ID})
		w.mail(store.Mail{Kind: store.MailPhotoAccepted, PersonID: gone.ID, CaseID: c.ID})
		w.tx(func(tx *store.Tx) error {
			gone.WithdrawnAt = w.now()
			_, err := tx.PutPerson(ctx, gone, w.now())
			return err
		})
		r := w.relay("a", nil)
		w.turns(r, store.KindMail, 1)
		w.turns(r, store.KindMail, 1)
		w.turns(r, store.KindMail, 0)
		if taken, tried := w.server.mails(); len(taken)+tried != 0 {
			t.Errorf("mails %q", taken)
		}
		if got := w.actions(c.ID); !slices.Equal(got, []string{"withdrawn", "mail_dropped", "mail_dropped"}) {
			t.Errorf("history %v", got)
		}
	})
}

func TestA3MailThatIsNotNeededAnyMoreIsDropped(t *testing.T) {
	onBoth(t, func(w *world) {
		person, c := w.person("zoe@people.example", "en")
		kinds := []store.MailKind{store.MailInvitation, store.MailInvitationReminder, store.MailCredentials, store.MailPasswordReset,
			store.MailUsername} // there is neither an invitation nor an account
		for _, kind := range kinds {
			w.mail(store.Mail{Kind: kind, PersonID: person.ID})
		}
		r := w.relay("a", nil)
		for range kinds {
			w.turns(r, store.KindMail, 1)
		}
		if taken, tried := w.server.mails(); len(taken)+tried != 0 {
			t.Errorf("mails %q", taken)
		}
		h, err := w.store.History(ctx, c.ID)
		w.ok(err)
		if len(h) != len(kinds) || h[0].Action != "mail_dropped" || h[0].Detail["why"] != "not_needed" || len(h[0].Detail) != 2 {
			t.Errorf("history %+v", h)
		}
	})
}

func TestA1MailOfSmallChildrenSpeaksToTheirParents(t *testing.T) {
	w := newWorld(t, testenv.SQLite(t))
	r := w.relay("a", func(c *Config) { c.Mailer.Location = time.FixedZone("office", -12*3600) }) // where it is 3 May
	for birth, child := range map[string]bool{"2012-05-04": true, "2012-05-03": false, "1990-01-02": false, "unknown": false} {
		person := w.invited("a@people.example")
		w.sql(`UPDATE people SET birth_date = '` + birth + `' WHERE id = '` + person.ID + `'`)
		w.mail(store.Mail{Kind: store.MailInvitation, PersonID: person.ID})
		w.turns(r, store.KindMail, 1)
		taken, _ := w.server.mails()
		if got := strings.Contains(w.bodyOf(taken[len(taken)-1]), "the child’s birth date"); got != child {
			t.Errorf("%s: child %v", birth, got)
		}
	}
}

func TestOnePersonsMailStaysInOrderAndHoldsUpNobody(t *testing.T) {
	onBoth(t, func(w *world) {
		zoe, c := w.person("zoe@people.example", "en")
		ana, _ := w.person("ana@people.example", "en")
		w.server.only = zoe.Email
		w.server.refuses(&smtp.SMTPError{Code: 451, Message: "later"})
		w.mail(store.Mail{Kind: store.MailVerdictReady, PersonID: zoe.ID, CaseID: c.ID})
		w.mail(store.Mail{Kind: store.MailOfficeMessage, PersonID: zoe.ID})
		w.mail(store.Mail{Kind: store.MailDeclined, PersonID: ana.ID})
		r := w.relay("a", nil)
		w.turns(r, store.KindMail, 1) // Ana's
		w.turns(r, store.KindMail, 0) // Zoë's second one waits for her first
		w.wait(pauseAfter(0) - time.Second)
		w.turns(r, store.KindMail, 0)
		w.server.refuses(nil)
		w.wait(time.Second)
		w.turns(r, store.KindMail, 1)
		w.turns(r, store.KindMail, 1)
		taken, _ := w.server.mails()
		if len(taken) != 3 || !strings.Contains(taken[1], "check is finished") || !strings.Contains(taken[2], "message") {
			t.Errorf("mails %q", taken)
		}
	})
}

func TestASlowRecipientHoldsUpNobody(t *testing.T) {
	onBoth(t, func(w *world) {
		slow, _ := w.person("slow@people.example", "en")
		w.mail(store.Mail{Kind: store.MailDeclined, PersonID: slow.ID})
		r := w.relay("a", nil)
		r.lanes.patience = 50 * time.Millisecond
		const others = 2 * mailBatch / 10
		for i := range others {
			p, _ := w.person(fmt.Sprintf("p%d@people.example", i), "en")
			w.mail(store.Mail{Kind: store.MailDeclined, PersonID: p.ID})
		}
		for sent, begin := 0, time.Now(); sent < others; {
			n, err := w.turn(r, store.KindMail)
			if w.ok(err); time.Since(begin) > patience {
				w.Fatalf("%d of %d others got their mail", sent, others)
			}
			sent += n
		}
		w.turns(r, store.KindMail, 0)
		if rows := w.due(store.KindMail); len(rows) != 1 || rows[0].PersonID != slow.ID || rows[0].Attempts != 0 {
			t.Errorf("%+v", rows)
		}
		close(w.server.slow)
		r.lanes.patience = patience
		w.turns(r, store.KindMail, 1)
		if taken, tried := w.server.mails(); len(taken) != others+1 || tried != others+1 {
			t.Errorf("%d taken in %d tries", len(taken), tried)
		}
	})
}

func TestAnEmailOfAnEarlierTurnIsNotSentAgain(t *testing.T) {
	onBoth(t, func(w *world) {
		slow := w.invited("slow@people.example")
		w.mail(store.Mail{Kind: store.MailInvitation, PersonID: slow.ID}) // bulk: it stands behind the others
		r := w.relay("a", nil)
		r.lanes.patience = time.Millisecond
		w.turns(r, store.KindMail, 0)
		<-w.server.begun
		const others = 20
		for i := range others {
			p, _ := w.person(fmt.Sprintf("p%d@people.example", i), "en")
			w.mail(store.Mail{Kind: store.MailDeclined, PersonID: p.ID})
		}
		close(w.server.slow)
		r.lanes.patience = patience
		w.turns(r, store.KindMail, others+1)
		if taken, tried := w.server.mails(); len(taken) != others+1 || tried != others+1 {
			t.Errorf("%d taken in %d tries", len(taken), tried)
		}
	})
}

func TestWhoTakesTooLongIsNotAServerThatIsAway(t *testing.T) {
	w := newWorld(t, testenv.SQLite(t))
	defer close(w.server.slow)
	slow, _ := w.person("slow@people.example", "en")
	w.mail(store.Mail{Kind: store.MailDeclined, PersonID: slow.ID})
	r := w.relay("a", func(c *Config) {
		server, err := mail.NewSMTP(mail.SMTPConfig{Addr: w.server.addr, From: "photos@portal.example", TLS: mail.TLSNone,
			Timeout: 300 * time.Millisecond})
		w.ok(err)
		c.Mailer.Sender = server
	})
	r.lanes.patience = patience
	w.turns(r, store.KindMail, 0)
	w.wait(time.Hour)
	if rows := w.due(store.KindMail); len(rows) != 1 || rows[0].Attempts != 1 || strings.Contains(rows[0].LastError, "slow") {
		t.Errorf("%+v", rows)
	}
}

func TestMailThatIsOnItsWayIsFinishedWhenTheRelayStops(t *testing.T) {
	onBoth(t, func(w *world) {
		slow, _ := w.person("slow@people.example", "en")
		w.mail(store.Mail{Kind: store.MailDeclined, PersonID: slow.ID})
		r := w.relay("a", nil)
		run, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- r.Run(run) }()
		select {
		case <-w.server.begun:
		case <-time.After(patience):
			t.Error("nothing was sent")
		}
		stop()
		close(w.server.slow)
		w.ok(<-ended)
		if rows, taken := w.due(store.KindMail), w.server.taken; len(rows) != 0 || len(taken) != 1 {
			t.Errorf("%d rows wait, %d mails", len(rows), len(taken))
		}
	})
}

func TestBulkGoesAfterWhatAPersonWaitsFor(t *testing.T) {
	onBoth(t, func(w *world) {
		for i := range mailLanes * 2 {
			p := w.invited(fmt.Sprintf("p%d@people.example", i))
			w.mail(store.Mail{Kind: store.MailInvitation, PersonID: p.ID})
		}
		ana, _ := w.person("ana@people.example", "en")
		w.mail(store.Mail{Kind: store.MailPasswordReset, PersonID: ana.ID})
		rows, err := w.store.DueMails(ctx, w.now(), 3)
		w.ok(err)
		if len(rows) != 3 || rows[0].PersonID != ana.ID || rows[0].Bulk || !rows[1].Bulk || rows[1].ID > rows[2].ID {
			t.Errorf("%+v", rows)
		}
	})
}

func TestAMailServerThatIsAwayLeavesTheRowsAsTheyAre(t *testing.T) {
	onBoth(t, func(w *world) {
		for i := range 3 {
			p := w.invited(fmt.Sprintf("p%d@people.example", i))
			w.mail(store.Mail{Kind: store.MailInvitation, PersonID: p.ID})
		}
		here := w.server.addr
		w.server.addr = "127.0.0.1:1"
		down := w.relay("a", nil)
		for range mailAttempts + 1 {
			if n, err := w.turn(down, store.KindMail); n != 0 || !errors.Is(err, mail.ErrUnavailable) {
				w.Fatalf("%d, %v", n, err)
			}
		}
		for _, row := range w.due(store.KindMail) {
			if row.Attempts != 0 {
				t.Errorf("%+v", row)
			}
		}
		if n := w.sql(`SELECT COUNT(*) FROM links`); n != 0 {
			t.Errorf("%d links were made in vain", n)
		}
		w.server.addr = here
		w.turns(w.relay("a", nil), store.KindMail, 3)
	})
}

// full is a service that is ready and has had enough all the same.
type full struct {
	sender
	tried int
}

func (f *full) Send(context.Context, mail.Message) error {
	f.tried++
	return fmt.Errorf("too many: %w", mail.ErrUnavailable)
}

func TestAServiceThatHasHadEnoughIsProbedWithOneEmail(t *testing.T) {
	w := newWorld(t, testenv.SQLite(t))
	for i := range 10 {
		p, _ := w.person(fmt.Sprintf("p%d@people.example", i), "en")
		w.mail(store.Mail{Kind: store.MailDeclined, PersonID: p.ID})
	}
	r := w.relay("a", nil)
	r.lanes.probing = true // so that messages are counted one after the other
	f := &full{sender: r.c.Mailer.Sender}
	r.c.Mailer.Sender = f
	for range 3 {
		before := f.tried
		if n, err := w.turn(r, store.KindMail); n != 0 || !errors.Is(err, mail.ErrUnavailable) || f.tried != before+1 {
			t.Errorf("%d sent in %d tries, %v", n, f.tried-before, err)
		}
	}
	r.c.Mailer.Sender = f.sender
	w.turns(r, store.KindMail, 10)
}

func TestA1MailThatIsRefusedIsABounce(t *testing.T) {
	onBoth(t, func(w *world) {
		person, c := w.person("zoe@people.example", "en")
		w.tx(func(tx *store.Tx) error {
			if err := tx.InsertInvitation(ctx, person.ID, w.now()); err != nil {
				return err
			}
			i, err := tx.Invitation(ctx, person.ID)
			if err != nil {
				return err
			}
			i.SentAt = w.now() // as when its link is made, before it is handed over
			return tx.SaveInvitation(ctx, i)
		})
		w.server.refuses(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no zoe@people.example here"})
		for range 2 {
			w.mail(store.Mail{Kind: store.MailInvitation, PersonID: person.ID})
		}
		first := w.due(store.KindMail)[0]
		r := w.relay("a", nil)
		w.turns(r, store.KindMail, 0)
		w.turns(r, store.KindMail, 0)
		row, err := w.store.MailRow(ctx, first.ID)
		w.ok(err)
		if row.Bounce != "5.1.1" || !row.BouncedAt.Equal(w.now()) || row.SentAt.IsZero() {
			t.Errorf("%+v", row)
		}
		if i, err := w.store.Invitation(ctx, person.ID); err != nil || !i.BouncedAt.Equal(w.now()) {
			t.Errorf("%+v, %v", i, err)
		}
		w.listed(person.ID, true)
		got := slices.DeleteFunc(w.actions(c.ID), func(a string) bool { return a != "mail_bounced" })
		if len(got) != 2 {
			t.Errorf("history %v", w.actions(c.ID))
		}
		if n := w.metric(r, "prportal_mail_bounces_total"); n != 2 && n != 0 {
			t.Errorf("%v bounces are counted", n)
		}
		if strings.Contains(w.log.String(), "zoe") {
			t.Errorf("personal data in the log: %s", w.log.String())
		}
	})
}

func TestA1MailToAnOldAddressThatBouncesNeedsNobody(t *testing.T) {
	onBoth(t, func(w *world) {
		person, c := w.person("new@people.example", "en")
		ids := w.everything(person, c)
		w.server.refuses(&smtp.SMTPError{Code: 550, Message: "no"})
		w.mail(store.Mail{Kind: store.MailEmailChanged, PersonID: person.ID, EmailChangeID: ids["email"], ToOldAddress: true})
		w.turns(w.relay("a", nil), store.KindMail, 0)
		if got := w.actions(c.ID); !slices.Equal(got, []string{"mail_bounced"}) {
			t.Errorf("history %v", got)
		}
		w.listed(person.ID, false)
	})
}
