package portal

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/photos"
	"prportal.example/internal/proof"
	"prportal.example/internal/store"
)

func (p *person) declares(answer store.Answer) {
	p.t.Helper()
	p.later(time.Second)
	p.ok(p.store.Tx(context.Background(), func(tx *store.Tx) error {
		return tx.AddDeclaration(context.Background(), store.Declaration{PersonID: p.current().PersonID, Answer: answer, AccountID: "a", MadeAt: p.now()})
	}))
}

func (p *person) proof() store.Proof {
	p.t.Helper()
	last, err := p.store.LastProof(context.Background(), p.current().PersonID)
	p.ok(err)
	return last
}

const fakePDF = "%PDF-1.4 a proof of status\n"

// issueProof does what the worker does, without a browser.
func (p *person) issueProof() store.Proof {
	p.t.Helper()
	ctx := context.Background()
	p.ok(p.objects.EnsureBuckets(ctx, photos.Documents))
	p.ok(p.store.Tx(ctx, func(tx *store.Tx) error {
		claimed, err := tx.ClaimProof(ctx, p.now(), p.now().Add(time.Minute))
		if err != nil {
			return err
		}
		claimed.IssuedAt, claimed.Size = p.now(), int64(len(fakePDF))
		if claimed.SHA256, err = p.objects.Put(ctx, photos.Documents, claimed.ID, []byte(fakePDF), "application/pdf"); err != nil {
			return err
		}
		return tx.IssueProof(ctx, claimed)
	}))
	return p.proof()
}

func (p *person) revokeProof() {
	p.t.Helper()
	p.ok(p.portal.c.Proofs.Revoke(context.Background(), proof.Revocation{ProofID: p.proof().ID, OfficerID: "o", Reason: "a secret reason"}))
}

// part checks in which state the page shows the proof, in both languages.
func (p *person) part(want proofPart, en, fr string) *page {
	p.t.Helper()
	var shown *page
	for _, c := range [][2]string{{"fr", fr}, {"en", en}} { // English at the end, for what follows
		lang, says := c[0], c[1]
		shown = p.post("/language", "lang", lang, "back", "/proof")
		if got := attr(shown.one("#proof"), "data-part"); shown.status != 200 || got != string(want) {
			p.t.Fatalf("%s: status %d, part %q, want %q", shown.url, shown.status, got, want)
		}
		shown.is(200, "proof", "").says(says).sound(lang)
		shown.silent("a secret reason")
		waits := want == proofMaking
		if reloads := strings.Contains(shown.body, `http-equiv="refresh"`); reloads != waits {
			p.t.Errorf("%s reloads itself: %v", want, reloads)
		}
		if waits != (len(shown.all("[data-proof-poll]")) == 1) {
			p.t.Errorf("%s asks again: %v", want, !waits)
		}
		if state := p.get("/proof/state"); !strings.Contains(state.body, `"part":"`+string(want)+`"`) {
			p.t.Errorf("%s: the state is %s", want, state.body)
		}
	}
	return p.get("/proof")
}

func TestA5ThePageOfTheProofInEveryState(t *testing.T) {
	w := newWorld(t)
	p := w.newcomer("zoe")
	p.signIn()
	p.part(proofDeclare, "First declare that you are in Canada", "Déclarez d’abord que vous êtes au Canada").has("#ask-proof", 0)
	p.post("/proof").is(409, "proof", "").tells("proof_not_declared")
	p.declares(store.NotInCanada)
	p.part(proofAbroad, "You told us that you are not in Canada", "Vous nous avez dit que vous n’êtes pas au Canada").has("#ask-proof", 0)
	p.post("/proof").is(409, "proof", "").tells("proof_not_declared")
	p.declares(store.InCanada)
	p.part(proofAsk, "Get my proof of status", "Obtenir ma preuve de statut").has("#ask-proof", 1)

	p.post("/proof").is(200, "proof", "").tells("")
	p.part(proofMaking, "We are making your proof", "Nous préparons votre preuve").says("This takes a few seconds")
	w.later(proofSlowAfter + time.Second)
	p.get("/proof").says("It takes longer than usual")
	if state := p.get("/proof/state").body; !strings.Contains(state, `"slow":true`) {
		t.Error(state)
	}
	p.declares(store.NotInCanada)
	p.part(proofPaused, "Your proof is on hold", "Votre preuve est en attente")
	p.declares(store.InCanada)
	p.post("/proof").is(200, "proof", "")

	issued := p.issueProof()
	page := p.part(proofReady, "Your proof is ready", "Votre preuve est prête").says(issued.Number, "Download the PDF (1 KB)").has("#proof-moved", 0)
	if attr(page.one("#proof-open"), "href") != "/proof/"+issued.ID+".pdf" || attr(page.one("#proof-download"), "href") != "/proof/"+issued.ID+".pdf?download" {
		t.Error(page.body)
	}
	p.declares(store.NotInCanada)
	p.part(proofReady, "This proof still shows your status on the date of issue", "Cette preuve montre toujours votre statut").has("#proof-moved", 1)

	p.revokeProof()
	p.part(proofAbroad, "Your proof of status was revoked on", "Votre preuve de statut a été révoquée le").has("#proof-revoked", 1).has("#ask-proof", 0)
	p.declares(store.InCanada)
	p.part(proofAsk, "Get a new proof of status", "Obtenir une nouvelle preuve de statut").has("#proof-revoked", 1)
	p.post("/proof")
	p.part(proofMaking, "We are making your proof", "Nous préparons votre preuve").has("#proof-revoked", 0)
	p.revokeProof()
	p.part(proofAsk, "Your request for a proof of status was closed on", "Votre demande de preuve de statut a été fermée le")
}

func TestA5ThePageWaitsForAnOfficersWord(t *testing.T) {
	w := newWorld(t)
	w.portal.c.Proofs = proof.New(proof.Config{Store: w.store, Now: w.now, ConfirmFirst: true})
	p := w.newcomer("zoe")
	p.signIn()
	p.declares(store.InCanada)
	p.post("/proof")
	p.part(proofOffice, "Our office confirms your proof first", "Notre bureau confirme d’abord votre preuve")
	w.ok(w.portal.c.Proofs.Confirm(context.Background(), p.current().PersonID, "o"))
	p.part(proofMaking, "We are making your proof", "Nous préparons votre preuve")
}

func TestA5OnlyOnesOwnValidDocumentIsSent(t *testing.T) {
	w := newWorld(t)
	a, b := w.newcomer("anna"), w.newcomer("bela")
	var urls []string
	for _, p := range []*person{a, b} {
		p.signIn()
		p.declares(store.InCanada)
		p.post("/proof")
		urls = append(urls, "/proof/"+p.proof().ID+".pdf")
	}
	a.get(urls[0]).is(404, "message", "") // not made yet
	a.issueProof()
	b.issueProof()
	for path, how := range map[string]string{urls[0]: "inline", urls[0] + "?download": "attachment"} {
		got := a.get(path)
		if got.status != 200 || got.body != fakePDF {
			t.Fatalf("%s: %d %q", path, got.status, got.body)
		}
		for name, want := range map[string]string{"Content-Type": "application/pdf", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"Content-Disposition": how + `; filename="proof-of-status.pdf"`, "X-Frame-Options": "DENY"} {
			if h := got.header.Get(name); h != want {
				t.Errorf("%s: %s: %q", path, name, h)
			}
		}
	}
	a.post("/language", "lang", "fr", "back", "/")
	if got := a.get(urls[0]).header.Get("Content-Disposition"); got != `inline; filename="preuve-de-statut.pdf"` {
		t.Error(got)
	}
	b.get(urls[0]).is(404, "message", "")
	b.get("/proof/%00'--.pdf").is(404, "message", "")
	b.get("/proof/"+a.proof().Number+".pdf").is(404, "message", "")
	if got := b.get(urls[1]); got.status != 200 {
		t.Errorf("one's own: %d", got.status)
	}
	// Who is not signed in comes back after signing in; officers have no session here.
	stranger := w.newcomer("cleo")
	stranger.get(urls[0]).is(200, "sign-in", "")
	stranger.signIn()
	stranger.get(urls[0]).is(404, "message", "")

	a.revokeProof()
	a.get(urls[0]).is(404, "message", "")
	a.get("/proof").silent(a.proof().Number)
	a.post("/proof")
	a.issueProof()
	a.get(urls[0]).is(404, "message", "") // the old one stays gone
	if got := a.get("/proof/" + a.proof().ID + ".pdf"); got.status != 200 {
		t.Errorf("the new one: %d", got.status)
	}
	if seen := w.routes(); !strings.Contains(seen, `"/proof/{proof}.pdf"`) || strings.Contains(seen, a.proof().ID) {
		t.Error("an id is a label of a metric")
	}
}

// routes are the measures as text.
func (w *world) routes() string {
	w.t.Helper()
	families, err := w.metrics.Gather()
	w.ok(err)
	var b strings.Builder
	for _, f := range families {
		b.WriteString(f.String())
	}
	return b.String()
}

// TestA5ADocumentThatWasExchangedIsNotSent: what lies in the store has to be what was issued.
func TestA5ADocumentThatWasExchangedIsNotSent(t *testing.T) {
	w := newWorld(t)
	p := w.newcomer("zoe")
	p.signIn()
	p.declares(store.InCanada)
	p.post("/proof")
	id := p.issueProof().ID
	_, err := w.objects.Put(context.Background(), photos.Documents, id, []byte("%PDF-1.4 forged"), "application/pdf")
	w.ok(err)
	if got := p.get("/proof/"+id+".pdf").is(503, "message", ""); strings.Contains(got.body, "forged") || got.header.Get("Content-Type") == "application/pdf" {
		t.Error(got.body)
	}
	if !strings.Contains(w.logs.String(), id) {
		t.Error("nobody is told")
	}
}

func TestA5ManyRequestsAreSlowed(t *testing.T) {
	w := newWorld(t)
	p := w.newcomer("zoe")
	p.signIn()
	for range proofsPerAccount {
		p.post("/proof").is(409, "proof", "")
	}
	p.post("/proof").is(http.StatusTooManyRequests, "proof", "").tells("many_proofs")
}

func TestA5ARequestFromAnEndedSessionOrAnotherSiteDoesNothing(t *testing.T) {
	w := newWorld(t)
	p := w.newcomer("zoe")
	p.signIn()
	p.declares(store.InCanada)
	w.ok(w.store.Sessions("applicant", w.now).Delete(p.token()))
	page := p.post("/proof").is(200, "sign-in", "").tells("ended")
	fields := page.all("[name=back]")
	p.post("/sign-in", "username", p.user, "password", password, "back", attr(fields[len(fields)-1], "value")).is(200, "proof", "")
	q, err := http.NewRequest(http.MethodPost, w.server.URL+"/proof", nil)
	w.ok(err)
	q.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := w.read(p.client.Do(q)); got.status != http.StatusForbidden {
		t.Errorf("from another site: %d", got.status)
	}
	p.part(proofAsk, "Get my proof of status", "Obtenir ma preuve de statut")
}

func TestA5WhoIsWithdrawnSeesNoProof(t *testing.T) {
	w := newWorld(t)
	p := w.newcomer("zoe")
	p.signIn()
	p.declares(store.InCanada)
	p.post("/proof")
	url := "/proof/" + p.issueProof().ID + ".pdf"
	person, err := w.store.Person(t.Context(), p.current().PersonID)
	w.ok(err)
	person.WithdrawnAt = w.now()
	w.ok(w.store.Tx(t.Context(), func(tx *store.Tx) error { _, err := tx.PutPerson(t.Context(), person, w.now()); return err }))
	for _, path := range []string{url, "/proof"} {
		p.get(path).is(200, "sign-in", "")
	}
	if got := p.get("/proof/state").status; got != http.StatusUnauthorized {
		t.Errorf("its state: %d", got)
	}
}

func TestA5PollingTheProofDoesNotKeepASessionAlive(t *testing.T) {
	w := newWorld(t)
	p := w.newcomer("zoe")
	p.signIn()
	if got := p.get("/proof/state"); got.status != 200 || got.header.Get("Set-Cookie") != "" {
		t.Errorf("%d, cookie %q", got.status, got.header.Get("Set-Cookie"))
	}
}
