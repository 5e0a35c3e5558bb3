package proof

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/photos"
	"prportal.example/internal/store"
)

const (
	// attemptTime bounds an attempt from the claim to the stored document; leaseTime, after which another may try, is longer, so that
	// nobody overwrites what somebody else has issued.
	attemptTime = 40 * time.Second
	leaseTime   = 3 * time.Minute

	pollInterval = time.Second // commits of other processes on SQLite wake nobody
	firstPause   = 5 * time.Second
	longestPause = 10 * time.Minute
	maxError     = 300 // characters of an error that are kept
)

// What became of an attempt.
const (
	resultIssued  = "issued"
	resultFailed  = "failed"
	resultDropped = "dropped" // revoked, withdrawn or taken over in the meantime
)

// WorkerConfig is what the worker needs. Everything is required except where noted.
type WorkerConfig struct {
	Store    *store.Store
	Photos   *photos.Store // keys that may write documents
	Browser  *Browser
	Location *time.Location // of the office, for the date of issue; nil means UTC
	Now      func() time.Time
	Registry prometheus.Registerer
	Logger   *slog.Logger
}

// Worker makes the documents of confirmed proofs, one after another. Any number of them can run.
type Worker struct {
	c       WorkerConfig
	results *prometheus.CounterVec
	seconds prometheus.Histogram
}

// NewWorker returns a worker; Run runs it.
func NewWorker(c WorkerConfig) (*Worker, error) {
	if c.Store == nil || c.Photos == nil || c.Browser == nil || c.Now == nil || c.Registry == nil || c.Logger == nil {
		return nil, errors.New("proofs: a part is missing in the configuration")
	}
	if c.Location == nil {
		c.Location = time.UTC
	}
	w := &Worker{c: c,
		results: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_proofs_total",
			Help: "Attempts to make a proof of status: issued, failed, or dropped (revoked, withdrawn or taken over in the meantime)."},
			[]string{"result"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "prportal_proof_seconds",
			Help:    "Time to make a proof of status, from its claim to the stored document.",
			Buckets: []float64{.25, .5, 1, 2, 3, 5, 10, 20, 40}}),
	}
	for _, collector := range []prometheus.Collector{w.results, w.seconds} {
		if err := c.Registry.Register(collector); err != nil {
			return nil, fmt.Errorf("metrics of proofs: %w", err)
		}
	}
	for _, result := range []string{resultIssued, resultFailed, resultDropped} {
		w.results.WithLabelValues(result) // there from the start, at 0
	}
	return w, nil
}

// Run makes documents until ctx ends; one that is in hand then is finished.
func (w *Worker) Run(ctx context.Context) error {
	if err := sweepFolders(time.Now()); err != nil {
		w.c.Logger.WarnContext(ctx, "folders of an earlier browser are left over", "error", err)
	}
	if err := w.c.Browser.Ready(ctx); err != nil {
		w.c.Logger.ErrorContext(ctx, "no proof of status can be made: the browser is missing; it is used as soon as it is there", "error", err)
	}
	noNetwork, sandbox := w.c.Browser.Describe()
	w.c.Logger.InfoContext(ctx, "proofs of status are made here", "network_of_its_own", noNetwork, "browser_sandbox", sandbox)
	wake := w.c.Store.Wake(ctx)
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		for ctx.Err() == nil && w.next(ctx) {
		}
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-tick.C:
		}
	}
}

// next makes one document, and tells whether there was one to make. Without a browser nothing is claimed, so that a worker that has
// one need not wait.
func (w *Worker) next(ctx context.Context) bool {
	if w.c.Browser.Ready(ctx) != nil {
		return false
	}
	p, err := w.claim(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrStale), ctx.Err() != nil && err != nil:
		return false
	case err != nil:
		w.c.Logger.WarnContext(ctx, "proofs of status can't be read; they are made later", "error", err)
		return false
	}
	begin := time.Now()
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), attemptTime)
	defer cancel()
	switch err := w.make(limited, p); {
	case err == nil:
		w.results.WithLabelValues(resultIssued).Inc()
		w.seconds.Observe(time.Since(begin).Seconds())
		w.c.Logger.InfoContext(ctx, "proof of status issued", "proof", p.ID, "attempt", p.Attempts)
	case errors.Is(err, store.ErrStale):
		w.results.WithLabelValues(resultDropped).Inc()
		w.c.Logger.InfoContext(ctx, "proof of status is not wanted any more", "proof", p.ID, "attempt", p.Attempts)
	default:
		w.results.WithLabelValues(resultFailed).Inc()
		w.c.Logger.ErrorContext(ctx, "proof of status failed; it is tried again", "proof", p.ID, "attempt", p.Attempts, "error", err)
		w.failed(context.WithoutCancel(ctx), p, err)
	}
	return true
}

func (w *Worker) claim(ctx context.Context) (p store.Proof, err error) {
	now := w.c.Now()
	due, err := w.c.Store.ProofDue(ctx, now)
	if err != nil {
		return p, err
	}
	if !due {
		return p, store.ErrNotFound
	}
	err = w.c.Store.Tx(ctx, func(tx *store.Tx) (err error) {
		p, err = tx.ClaimProof(ctx, now, now.Add(leaseTime))
		return err
	})
	return p, err
}

// make writes, prints and stores the document, then lets it be seen.
func (w *Worker) make(ctx context.Context, p store.Proof) error {
	person, err := w.c.Store.Person(ctx, p.PersonID)
	if err != nil {
		return err
	}
	p.IssuedAt = w.c.Now()
	html, err := write(p, person, p.IssuedAt.In(w.c.Location))
	if err != nil {
		return err
	}
	pdf, err := w.c.Browser.Print(ctx, html)
	if err != nil {
		return err
	}
	p.Size = int64(len(pdf))
	if p.SHA256, err = w.c.Photos.Put(ctx, photos.Documents, p.ID, pdf, "application/pdf"); err != nil {
		return err
	}
	return w.c.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.IssueProof(ctx, p); err != nil {
			return err
		}
		c, err := tx.CaseByPerson(ctx, p.PersonID)
		if err != nil {
			return err
		}
		if err := tx.EnqueueMail(ctx, store.Mail{Kind: store.MailProofReady, PersonID: p.PersonID, CaseID: c.ID, ProofID: p.ID},
			p.IssuedAt); err != nil {
			return err
		}
		return record(ctx, tx, p, store.Entry{At: p.IssuedAt, Actor: store.ActorMachine, Action: "proof_issue",
			Detail: map[string]any{"sha256": p.SHA256}})
	})
}

// failed puts the proof off: for ever longer, but never for good. What is kept of the error names no person.
func (w *Worker) failed(ctx context.Context, p store.Proof, cause error) {
	pause := longestPause
	if n := p.Attempts - 1; n < 7 {
		pause = firstPause << n
	}
	reason := cause.Error()
	if len(reason) > maxError {
		reason = strings.ToValidUTF8(reason[:maxError], "")
	}
	err := w.c.Store.Tx(ctx, func(tx *store.Tx) error {
		return tx.ProofFailed(ctx, p.ID, p.Attempts, reason, w.c.Now().Add(pause))
	})
	if err != nil && !errors.Is(err, store.ErrStale) {
		w.c.Logger.WarnContext(ctx, "proof of status: what failed could not be noted; it is tried when its time is over", "proof", p.ID,
			"error", err)
	}
}
