package portal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httprate"

	"prportal.example/internal/photos"
	"prportal.example/internal/proof"
	"prportal.example/internal/store"
)

const (
	// proofsPerAccount is far above what somebody needs who asks for a proof of status.
	proofsPerAccount = 10
	proofWindow      = 10 * time.Minute
	// proofSlowAfter is when the page says that the proof takes longer than usual.
	proofSlowAfter = 30 * time.Second
	maxDocument    = 4 << 20
)

// proofRoutes are those of the proof of status, for applicants who are signed in.
func (p *portal) proofRoutes(r chi.Router) {
	r.Get("/proof", p.proofForm)
	r.Get("/proof/{proof}.pdf", p.proofDocument)
	r.With(smallForm, p.limitProofs()).Post("/proof", p.requestProof)
}

func (p *portal) limitProofs() func(http.Handler) http.Handler {
	byAccount := func(r *http.Request) (string, error) { return p.me(r).account.ID, nil }
	return httprate.LimitBy(proofsPerAccount, proofWindow, byAccount, httprate.WithLimitHandler(
		func(w http.ResponseWriter, r *http.Request) {
			p.showProof(w, r, http.StatusTooManyRequests, p.problem(r, "many_proofs"))
		}))
}

// proofPart says what the page is about.
type proofPart string

const (
	proofDeclare proofPart = "declare" // nothing can be asked for before the declaration
	proofAbroad  proofPart = "abroad"  // nor by somebody who is not in Canada
	proofAsk     proofPart = "ask"
	proofOffice  proofPart = "office" // an officer has to confirm
	proofMaking  proofPart = "making"
	proofPaused  proofPart = "paused" // asked for, and then not in Canada any more
	proofReady   proofPart = "ready"
)

// proofPage is the page of the proof of status.
type proofPage struct {
	Part    proofPart
	Slow    bool
	Revoked string // when the last one was revoked, if there is no other
	Refused bool   // that one was never issued
	Moved   bool   // one is there, and the person is not in Canada any more

	URL, Number, Issued, Asked string
	Size                       string
}

// proofPartOf tells what the page is about; a script of the page asks for it too.
func proofPartOf(st proof.Standing) proofPart {
	switch {
	case st.Proof != nil && st.Proof.State == store.ProofIssued:
		return proofReady
	case st.Proof != nil && st.Proof.State != store.ProofRevoked && !st.Declared:
		return proofPaused
	case st.Proof != nil && st.Proof.State == store.ProofConfirmed:
		return proofMaking
	case st.Proof != nil && st.Proof.State == store.ProofRequested:
		return proofOffice
	case st.Abroad:
		return proofAbroad
	case !st.Declared:
		return proofDeclare
	}
	return proofAsk
}

func (p *portal) proofForm(w http.ResponseWriter, r *http.Request) {
	p.showProof(w, r, http.StatusOK, nil)
}

func (p *portal) showProof(w http.ResponseWriter, r *http.Request, status int, told *problem) {
	st, err := p.c.Proofs.Standing(r.Context(), p.me(r).person.ID)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := p.proofPage(r, st)
	// An officer's word may take days: nothing is gained by looking again and again.
	p.show(w, r, status, view{Page: "proof", Path: "/proof", Heading: p.say(r)("proof_title"), Problem: told, Data: page,
		Reloads: page.Part == proofMaking, Slow: page.Slow})
}

func (p *portal) proofPage(r *http.Request, st proof.Standing) proofPage {
	lang, say := p.lang(r), p.say(r)
	page := proofPage{Part: proofPartOf(st)}
	if st.Proof == nil {
		return page
	}
	last := *st.Proof
	page.Asked = moment(last.RequestedAt.In(p.c.Location), lang, say)
	switch last.State {
	case store.ProofRevoked:
		page.Revoked, page.Refused = date(last.RevokedAt.In(p.c.Location), lang, say), last.IssuedAt.IsZero()
	case store.ProofConfirmed:
		page.Slow = p.c.Now().Sub(last.ConfirmedAt) > proofSlowAfter
	case store.ProofIssued:
		page.URL, page.Number, page.Moved = "/proof/"+last.ID+".pdf", last.Number, st.Abroad
		page.Issued = date(last.IssuedAt.In(p.c.Location), lang, say)
		page.Size = say("kilobytes", (last.Size+1023)/1024)
	case store.ProofRequested:
	}
	return page
}

func (p *portal) requestProof(w http.ResponseWriter, r *http.Request) {
	me := p.me(r)
	_, err := p.c.Proofs.Request(r.Context(), me.person.ID, me.account.ID)
	switch {
	case errors.Is(err, proof.ErrNotDeclared):
		p.showProof(w, r, http.StatusConflict, p.problem(r, "proof_not_declared"))
	case err != nil:
		p.fail(w, r, err)
	default:
		http.Redirect(w, r, "/proof", http.StatusSeeOther)
	}
}

// proofState is what the script of a page that waits asks for.
func (p *portal) proofState(w http.ResponseWriter, r *http.Request) {
	st, err := p.c.Proofs.Standing(r.Context(), p.me(r).person.ID)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(p.proofPage(r, st).state()) // a reader that went away is no fault of ours
}

// proofStateAnswer is what the page compares with what it shows.
type proofStateAnswer struct {
	Part proofPart `json:"part"`
	Slow bool      `json:"slow"`
}

func (page proofPage) state() proofStateAnswer { return proofStateAnswer{page.Part, page.Slow} }

// proofDocument sends the document, to be shown or, with ?download, to be kept. Any other than the applicant's own that is issued
// and not revoked is not found.
func (p *portal) proofDocument(w http.ResponseWriter, r *http.Request) {
	st, err := p.c.Proofs.Standing(r.Context(), p.me(r).person.ID)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if st.Proof == nil || st.Proof.State != store.ProofIssued || st.Proof.ID != chi.URLParam(r, "proof") {
		p.notFound(w, r)
		return
	}
	pdf, err := p.c.Photos.GetExact(r.Context(), photos.Documents, st.Proof.ID, maxDocument, st.Proof.SHA256)
	if err != nil {
		p.fail(w, r, fmt.Errorf("proof of status %s: %w", st.Proof.ID, err))
		return
	}
	how := "inline"
	if r.URL.Query().Has("download") {
		how = "attachment"
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", how+`; filename="`+p.say(r)("proof_file")+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(pdf))
}
