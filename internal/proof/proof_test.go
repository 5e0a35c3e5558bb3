package proof

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/photos"
	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
)

var ctx = context.Background()

// world is the service on a real database and a real object store, with a person and a clock that stands still.
type world struct {
	t       *testing.T
	store   *store.Store
	objects *photos.Store
	service *Service
	person  store.Person
	caseID  string

	mu    sync.Mutex
	clock time.Time
}

func onBoth(t *testing.T, test func(*world)) {
	testenv.OnBoth(t, func(t *testing.T, url string) { test(newWorld(t, url)) })
}

func newWorld(t *testing.T, url string) *world {
	t.Helper()
	w := &world{t: t, clock: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}
	w.store = storetest.Open(t, url)
	var err error
	w.objects, err = photos.Open(testenv.Versity(t))
	w.ok(err)
	t.Cleanup(w.objects.Close)
	w.ok(w.objects.EnsureBuckets(ctx, photos.Documents))
	w.service = New(Config{Store: w.store, Now: w.now})
	w.person, w.caseID = w.add("C")
	return w
}

func (w *world) add(client string) (store.Person, string) {
	w.t.Helper()
	return storetest.Put(w.t, w.store, store.Person{Application: "A", ClientID: client, GivenNames: "Zoë", FamilyName: "Łęcka",
		BirthDate: "1990-01-02", Email: "z@x.example", Language: "fr"}, w.now())
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) is(err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Fatalf("error %v, want %v", err, want)
	}
}

func (w *world) tx(body func(*store.Tx) error) {
	w.t.Helper()
	w.ok(w.store.Tx(ctx, body))
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func (w *world) declares(person store.Person, answer store.Answer) {
	w.t.Helper()
	w.later(time.Second)
	w.tx(func(tx *store.Tx) error {
		return tx.AddDeclaration(ctx, store.Declaration{PersonID: person.ID, Answer: answer, AccountID: "a", MadeAt: w.now()})
	})
}

func (w *world) request() store.Proof {
	w.t.Helper()
	p, err := w.service.Request(ctx, w.person.ID, "account")
	w.ok(err)
	return p
}

// mails are the kinds of e-mail that wait for the person, in their order.
func (w *world) mails() (kinds []store.MailKind) {
	w.t.Helper()
	rows, err := w.store.DueRows(ctx, store.KindMail, w.now().Add(time.Hour), 100)
	w.ok(err)
	for _, r := range rows {
		var m store.Mail
		w.ok(json.Unmarshal(r.Payload, &m))
		if m.ProofID == "" || m.PersonID != w.person.ID {
			w.t.Errorf("%+v", m)
		}
		kinds = append(kinds, m.Kind)
	}
	return kinds
}

func (w *world) actions() string {
	w.t.Helper()
	h, err := w.store.History(ctx, w.caseID)
	w.ok(err)
	var all []string
	for _, e := range h {
		all = append(all, e.Action+"/"+string(e.Actor))
	}
	return strings.Join(all, " ")
}

// worker is one on the real browser unless another is given.
func (w *world) worker(b *Browser) (counted, *prometheus.Registry, *strings.Builder) {
	w.t.Helper()
	if b == nil {
		b = chromium(w.t)
	}
	registry, said := prometheus.NewRegistry(), &strings.Builder{}
	worker, err := NewWorker(WorkerConfig{Store: w.store, Photos: w.objects, Browser: b, Now: w.now, Registry: registry,
		Logger: slog.New(slog.NewTextHandler(said, nil))})
	w.ok(err)
	return counted{worker, registry}, registry, said
}

// counted is a worker with what it counts.
type counted struct {
	*Worker
	registry *prometheus.Registry
}

func (c counted) count(w *world, result string) float64 {
	w.t.Helper()
	return gathered(w, c.registry, "prportal_proofs_total", result)
}

// gathered is the count of a metric with that label, or with none.
func gathered(w *world, registry *prometheus.Registry, name, label string) float64 {
	w.t.Helper()
	families, err := registry.Gather()
	w.ok(err)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name && (label == "" || m.GetLabel()[0].GetValue() == label) {
				return m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
	}
	w.t.Errorf("no metric %s %s", name, label)
	return 0
}

func TestA5AProofIsAskedForMadeRevokedAndMadeAnew(t *testing.T) {
	onBoth(t, func(w *world) {
		_, err := w.service.Request(ctx, w.person.ID, "account")
		w.is(err, ErrNotDeclared)
		w.declares(w.person, store.NotInCanada)
		_, err = w.service.Request(ctx, w.person.ID, "account")
		w.is(err, ErrNotDeclared)
		w.declares(w.person, store.InCanada)

		first := w.request()
		if again := w.request(); again.ID != first.ID || first.State != store.ProofConfirmed {
			w.t.Errorf("%+v, then %+v", first, again)
		}
		worker, registry, _ := w.worker(nil)
		if !worker.next(ctx) || worker.next(ctx) {
			w.t.Error("one was to be made")
		}
		st, err := w.service.Standing(ctx, w.person.ID)
		w.ok(err)
		if st.Proof == nil || st.Proof.State != store.ProofIssued || !st.Proof.IssuedAt.Equal(w.now()) || !st.Declared || st.Abroad {
			w.t.Fatalf("%+v", st.Proof)
		}
		pdf, err := w.objects.GetExact(ctx, photos.Documents, first.ID, maxDocument, st.Proof.SHA256)
		w.ok(err)
		if text := poppler(w.t, pdf, "pdftotext", "-layout"); int64(len(pdf)) != st.Proof.Size || !strings.Contains(text, first.Number) ||
			!strings.Contains(text, "Łęcka") || !strings.Contains(text, "4 mai 2026") {
			w.t.Errorf("%d bytes, %s", len(pdf), text)
		}
		if n := worker.count(w, resultIssued); n != 1 {
			w.t.Errorf("%v issued", n)
		}
		if n := gathered(w, registry, "prportal_proof_seconds", ""); n != 1 {
			w.t.Errorf("%v times were measured", n)
		}

		w.is(w.service.Revoke(ctx, Revocation{ProofID: first.ID, OfficerID: "o", Reason: " \n"}), ErrNoReason)
		w.later(time.Hour)
		w.ok(w.service.Revoke(ctx, Revocation{ProofID: first.ID, OfficerID: "o", Reason: "The name was wrong"}))
		w.is(w.service.Revoke(ctx, Revocation{ProofID: first.ID, Reason: "again"}), store.ErrStale)
		notes, err := w.store.Notes(ctx, w.caseID)
		w.ok(err)
		if len(notes) != 1 || notes[0].Kind != store.NoteProofRevoked || notes[0].Body != "The name was wrong" || notes[0].AuthorID != "o" {
			w.t.Errorf("%+v", notes)
		}
		second := w.request()
		if second.ID == first.ID || second.Number == first.Number {
			w.t.Errorf("%+v", second)
		}
		if !worker.next(ctx) {
			w.t.Error("the new one is not made")
		}
		if want := "proof_request/applicant proof_issue/machine proof_revoke/officer proof_request/applicant proof_issue/machine"; w.actions() != want {
			w.t.Errorf("history: %s", w.actions())
		}
		if m := w.mails(); len(m) != 3 || m[0] != store.MailProofReady || m[1] != store.MailProofRevoked || m[2] != store.MailProofReady {
			w.t.Errorf("%v", m)
		}
	})
}

func TestA5AnOfficersWordComesFirstWhereItIsAskedFor(t *testing.T) {
	onBoth(t, func(w *world) {
		w.service = New(Config{Store: w.store, Now: w.now, ConfirmFirst: true})
		w.declares(w.person, store.InCanada)
		p := w.request()
		w.request()
		tasks, err := w.store.OfficeTasksOfPerson(ctx, w.person.ID)
		w.ok(err)
		if p.State != store.ProofRequested || len(tasks) != 1 || tasks[0].Kind != store.OfficeProof || tasks[0].CaseID != w.caseID {
			w.t.Errorf("%+v, %+v", p, tasks)
		}
		worker, _, _ := w.worker(fake(w.t, fakePrint))
		if worker.next(ctx) {
			w.t.Error("made before an officer's word")
		}
		// The office closes its task and gives its word at once.
		w.tx(func(tx *store.Tx) error {
			if err := tx.CloseOfficeTask(ctx, tasks[0].ID, "o", "done", "", w.now()); err != nil {
				return err
			}
			return w.service.ConfirmIn(ctx, tx, w.person.ID, "o")
		})
		w.is(w.service.Confirm(ctx, w.person.ID, "o"), store.ErrStale)
		if !worker.next(ctx) {
			w.t.Error("not made after an officer's word")
		}
		w.ok(w.service.Revoke(ctx, Revocation{ProofID: p.ID, Reason: "left"}))

		// One that the office does not want leaves its list.
		p = w.request()
		w.ok(w.service.Revoke(ctx, Revocation{ProofID: p.ID, Reason: "not eligible"}))
		tasks, err = w.store.OpenOfficeTasks(ctx, 10)
		w.ok(err)
		if len(tasks) != 0 {
			w.t.Errorf("%+v", tasks)
		}
		if want := "proof_request/applicant proof_confirm/officer proof_issue/machine proof_revoke/office proof_request/applicant proof_revoke/office"; w.actions() != want {
			w.t.Errorf("history: %s", w.actions())
		}
	})
}

func TestA5SixteenRequestsMakeOneProof(t *testing.T) {
	onBoth(t, func(w *world) {
		w.service = New(Config{Store: w.store, Now: w.now, ConfirmFirst: true})
		w.declares(w.person, store.InCanada)
		var wg sync.WaitGroup
		ids := make([]string, 16)
		for i := range ids {
			wg.Go(func() {
				p, err := w.service.Request(ctx, w.person.ID, "account")
				if err != nil {
					w.t.Error(err)
				}
				ids[i] = p.ID
			})
		}
		wg.Wait()
		all, err := w.store.ProofsOfPerson(ctx, w.person.ID)
		w.ok(err)
		if len(all) != 1 || w.actions() != "proof_request/applicant" {
			w.t.Fatalf("%d proofs, history %s", len(all), w.actions())
		}
		for _, id := range ids {
			if id != all[0].ID {
				w.t.Errorf("somebody was told of %q", id)
			}
		}
	})
}

func TestA5WhoIsWithdrawnHasNone(t *testing.T) {
	onBoth(t, func(w *world) {
		w.declares(w.person, store.InCanada)
		w.request()
		p := w.person
		p.WithdrawnAt = w.now()
		w.tx(func(tx *store.Tx) error { _, err := tx.PutPerson(ctx, p, w.now()); return err })
		worker, _, _ := w.worker(fake(w.t, fakePrint))
		if worker.next(ctx) {
			w.t.Error("made for somebody who is withdrawn")
		}
		last, err := w.store.LastProof(ctx, p.ID)
		w.ok(err)
		w.ok(w.service.Revoke(ctx, Revocation{ProofID: last.ID, Reason: "withdrawn"}))
		_, err = w.service.Request(ctx, p.ID, "account")
		w.is(err, store.ErrWithdrawn)
	})
}

func sqlite(t *testing.T) string { return testenv.SQLite(t) }

func writeFile(path string) error { return os.WriteFile(path, nil, 0o600) }
