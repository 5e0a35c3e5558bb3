package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/daemon"
	"prportal.example/internal/intake"
	"prportal.example/internal/journey"
	"prportal.example/internal/office"
	"prportal.example/internal/photos"
	"prportal.example/internal/portal"
	"prportal.example/internal/portal/officer"
	"prportal.example/internal/proof"
)

// addWeb adds the pages of applicants and of officers, each on a listener of its own.
func (p *process) addWeb(context.Context) error {
	s := p.settings
	objects, err := photos.Open(s.objects)
	if err != nil {
		return err
	}
	p.closers = append(p.closers, func() error { objects.Close(); return nil })
	p.ready["object_store"] = func(ctx context.Context) error { return objects.Ready(ctx, photos.Uploads) }
	accounts, err := account.New(account.Config{Store: p.store, Now: time.Now})
	if err != nil {
		return err
	}
	proofs := proof.New(proof.Config{Store: p.store, Now: time.Now, ConfirmFirst: s.confirmProofs})
	taken := intake.New(intake.Config{Store: p.store, Photos: objects, Now: time.Now})
	var receipts http.Handler
	if s.receiptToken != "" {
		receipts = p.bounces.Receipts(s.receiptToken, p.log)
	}
	applicants, err := portal.New(portal.Config{Store: p.store, Triage: p.triage, Intake: taken, Photos: objects,
		Journey: journey.New(journey.Config{Store: p.store, Now: time.Now, Location: s.location}),
		Profile: p.profile, Accounts: accounts, Proofs: proofs, PublicURL: s.publicURL, Proxies: s.proxies, CardWithin: s.cardWithin,
		Location: s.location, Now: time.Now, Contact: portal.Contact(s.contact), Receipts: receipts, Registry: p.registry, Logger: p.log})
	if err != nil {
		return err
	}
	letters, err := p.composer()
	if err != nil {
		return err
	}
	list := office.New(office.Config{Store: p.store, Triage: p.triage, InviteAgain: accounts.InviteAgain,
		ReleaseInvitation: accounts.ReleaseInvitation, ConfirmProof: proofs.Confirm, Now: time.Now})
	officers, err := officer.New(officer.Config{Store: p.store, Triage: p.triage, Photos: objects, Profile: p.profile,
		Accounts: accounts, Office: list, Letters: letters, OfficerURL: s.officerURL, Proxies: s.proxies, Location: s.location, Now: time.Now,
		Registry: p.registry, Logger: p.log})
	if err != nil {
		return err
	}
	if p.listening.Listen, err = p.listen(s.listen, applicants); err != nil {
		return fmt.Errorf("listen for applicants: %w", err)
	}
	if p.listening.Officer, err = p.listen(s.officer, officers); err != nil {
		return fmt.Errorf("listen for officers: %w", err)
	}
	remove, err := p.deleteReplaced(taken)
	if err != nil {
		return err
	}
	p.parts = append(p.parts, p.sweep(taken), remove)
	return nil
}

// listen opens a listener, whose requests are answered once the process runs, and returns its address.
func (p *process) listen(addr string, handler http.Handler) (string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", err
	}
	p.parts = append(p.parts, func(ctx context.Context) error { return daemon.Serve(ctx, l, handler, p.log) })
	return l.Addr().String(), nil
}
