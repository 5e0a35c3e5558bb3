package proof

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"prportal.example/internal/photos"
	"prportal.example/internal/store"
)

// TestA5TwoWorkersMakeEachProofOnce runs them as the program does, on more proofs than they can make at once.
func TestA5TwoWorkersMakeEachProofOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		const people = 12
		var asked []store.Proof
		for i := range people {
			person, _ := w.add(fmt.Sprint("C", i))
			w.declares(person, store.InCanada)
			p, err := w.service.Request(ctx, person.ID, "account")
			w.ok(err)
			asked = append(asked, p)
		}
		running, stop := context.WithCancel(ctx)
		var wg sync.WaitGroup
		var workers []counted
		for range 2 {
			worker, _, _ := w.worker(fake(w.t, fakePrint))
			workers = append(workers, worker)
			wg.Go(func() {
				if err := worker.Run(running); err != nil {
					w.t.Error(err)
				}
			})
		}
		defer wg.Wait()
		defer stop()
		for _, p := range asked {
			w.await(func() bool {
				got, err := w.store.Proof(ctx, p.ID)
				w.ok(err)
				return got.State == store.ProofIssued
			})
			got, err := w.store.Proof(ctx, p.ID)
			w.ok(err)
			if got.Attempts != 1 {
				w.t.Errorf("%d attempts", got.Attempts)
			}
			_, err = w.objects.GetExact(ctx, photos.Documents, p.ID, maxDocument, got.SHA256)
			w.ok(err)
		}
		issued := workers[0].count(w, resultIssued) + workers[1].count(w, resultIssued)
		if issued != people {
			w.t.Errorf("%v issued, want %d", issued, people)
		}
	})
}

func (w *world) await(there func() bool) {
	w.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); !there(); <-tick.C {
		if time.Now().After(end) {
			w.t.Fatal("it did not come")
		}
	}
}

// TestA5AWorkerThatDiesLeavesTheProofToAnother and one that is only slow does not get in its way.
func TestA5AWorkerThatDiesLeavesTheProofToAnother(t *testing.T) {
	onBoth(t, func(w *world) {
		w.declares(w.person, store.InCanada)
		w.request()
		first, _, _ := w.worker(fake(w.t, fakePrint))
		dead, err := first.claim(ctx)
		w.ok(err)
		second, _, _ := w.worker(fake(w.t, fakePrint))
		if second.next(ctx) {
			w.t.Error("two make it at once")
		}
		w.later(leaseTime)
		if !second.next(ctx) {
			w.t.Fatal("nobody takes it over")
		}
		w.is(first.make(ctx, dead), store.ErrStale)
		got, err := w.store.Proof(ctx, dead.ID)
		w.ok(err)
		if got.State != store.ProofIssued || got.Attempts != 2 || len(w.mails()) != 1 {
			w.t.Errorf("%+v, mails %v", got, w.mails())
		}
		if attemptTime+printDeadline > leaseTime {
			w.t.Error("an attempt may overwrite what another has issued")
		}
	})
}

func TestA5AFailedProofIsTriedAgainEverMoreSlowly(t *testing.T) {
	onBoth(t, func(w *world) {
		w.declares(w.person, store.InCanada)
		p := w.request()
		flag := filepath.Join(w.t.TempDir(), "works")
		worker, _, said := w.worker(fake(w.t, `[ -e "`+flag+`" ] || exit 3; `+fakePrint))
		var last time.Duration
		for attempt := 1; attempt <= 9; attempt++ {
			if !worker.next(ctx) || worker.next(ctx) {
				w.t.Fatalf("attempt %d: it is not tried once", attempt)
			}
			got, err := w.store.Proof(ctx, p.ID)
			w.ok(err)
			pause := got.AvailableAt.Sub(w.now())
			if got.Attempts != attempt || !strings.Contains(got.LastError, "exit status 3") || pause < last || pause > longestPause || pause < firstPause {
				w.t.Fatalf("attempt %d: again after %v: %+v", attempt, pause, got)
			}
			last = pause
			w.later(pause)
		}
		if last != longestPause {
			w.t.Errorf("the longest pause is %v", last)
		}
		w.ok(writeFile(flag))
		if !worker.next(ctx) {
			w.t.Fatal("it is not tried again")
		}
		got, err := w.store.Proof(ctx, p.ID)
		w.ok(err)
		if got.State != store.ProofIssued || got.LastError != "" || worker.count(w, resultFailed) != 9 {
			w.t.Errorf("%+v", got)
		}
		if log := said.String(); strings.Contains(log, "Zoë") || strings.Contains(log, "1990") || !strings.Contains(log, p.ID) {
			w.t.Errorf("log: %s", log)
		}
	})
}

func TestA5WhatIsRevokedWhileItIsMadeIsNotIssued(t *testing.T) {
	onBoth(t, func(w *world) {
		w.declares(w.person, store.InCanada)
		p := w.request()
		dir := w.t.TempDir()
		begun, end := filepath.Join(dir, "begun"), filepath.Join(dir, "end")
		worker, _, _ := w.worker(fake(w.t, `: >"`+begun+`"; while [ ! -e "`+end+`" ]; do sleep 0.01; done; `+fakePrint))
		done := make(chan bool)
		go func() { done <- worker.next(ctx) }()
		w.await(func() bool { found, _ := filepath.Glob(begun); return len(found) > 0 })
		w.ok(w.service.Revoke(ctx, Revocation{ProofID: p.ID, Reason: "by mistake"}))
		w.ok(writeFile(end))
		<-done
		got, err := w.store.Proof(ctx, p.ID)
		w.ok(err)
		if got.State != store.ProofRevoked || !got.IssuedAt.IsZero() || worker.count(w, resultDropped) != 1 {
			w.t.Errorf("%+v", got)
		}
	})
}

func TestA5WithoutABrowserNothingIsClaimed(t *testing.T) {
	w := newWorld(t, sqlite(t))
	w.declares(w.person, store.InCanada)
	p := w.request()
	worker, _, said := w.worker(NewBrowser("/no/such/browser"))
	running, stop := context.WithCancel(ctx)
	stop()
	w.ok(worker.Run(running))
	if worker.next(ctx) || worker.c.Browser.Ready(ctx) == nil || !strings.Contains(said.String(), "the browser is missing") {
		t.Errorf("log: %s", said.String())
	}
	got, err := w.store.Proof(ctx, p.ID)
	w.ok(err)
	if got.Attempts != 0 {
		t.Error("it keeps the proof from those who have a browser")
	}
}

func TestA5AWorkerThatIsToldToStopFinishesWhatIsInHand(t *testing.T) {
	w := newWorld(t, sqlite(t))
	w.declares(w.person, store.InCanada)
	p := w.request()
	begun := filepath.Join(t.TempDir(), "begun")
	worker, _, _ := w.worker(fake(t, `: >"`+begun+`"; sleep 0.3; `+fakePrint))
	running, stop := context.WithCancel(ctx)
	ended := make(chan error)
	go func() { ended <- worker.Run(running) }()
	w.await(func() bool { found, _ := filepath.Glob(begun); return len(found) > 0 })
	stop()
	w.ok(<-ended)
	if got, err := w.store.Proof(ctx, p.ID); err != nil || got.State != store.ProofIssued {
		t.Errorf("%+v, %v", got, err)
	}
}
