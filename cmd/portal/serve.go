package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"prportal.example/internal/bounce"
	"prportal.example/internal/bus"
	"prportal.example/internal/daemon"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
	"prportal.example/pkg/photocheck/profile"
)

// verdictWait is how long the page waits for the verdict before it says that the result comes by e-mail.
const verdictWait = 30 * time.Second

// process is what the roles of one process share, and what they add to it.
type process struct {
	settings settings
	store    *store.Store
	profile  *profile.Profile
	triage   *triage.Service
	bounces  *bounce.Service
	registry *prometheus.Registry
	log      *slog.Logger
	holder   string // names this process in leases

	ready     map[string]func(context.Context) error
	parts     []func(context.Context) error // run side by side until the process is told to stop
	closers   []func() error                // undone in reverse
	listening daemon.Listening
}

// serve runs the roles until ctx ends.
func serve(ctx context.Context, s settings, logger *slog.Logger) (err error) {
	db, err := store.Open(ctx, store.Config{URL: s.databaseURL})
	if err != nil {
		return err
	}
	p := &process{settings: s, store: db, registry: daemon.NewRegistry(), log: logger, holder: store.NewID(),
		closers: []func() error{db.Close}}
	defer func() { err = errors.Join(err, p.close()) }()
	if err := db.CheckSchema(ctx); err != nil {
		return err
	}
	if p.profile, err = profile.Default(); err != nil {
		return err
	}
	p.triage = triage.New(triage.Config{Store: db, Profile: p.profile, UndoWindow: s.undoWindow, VerdictWait: verdictWait,
		CardWithin: s.cardWithin, Now: time.Now})
	if p.bounces, err = bounce.New(bounce.Config{Store: db, Now: time.Now, Registry: p.registry}); err != nil {
		return err
	}
	p.ready = map[string]func(context.Context) error{"database": p.databaseReady}
	for _, role := range []struct {
		name string
		add  func(context.Context) error
	}{{roleRelay, p.addRelay}, {roleResults, p.addResults}, {roleWeb, p.addWeb}, {roleProofs, p.addProofs}} {
		if s.has(role.name) {
			if err := role.add(ctx); err != nil {
				return err
			}
		}
	}
	return p.run(ctx)
}

// run starts the parts and says where they listen.
func (p *process) run(ctx context.Context) error {
	ops, err := daemon.NewOps(daemon.OpsConfig{Addr: p.settings.ops, Registry: p.registry, Ready: p.ready, Logger: p.log})
	if err != nil {
		return err
	}
	p.listening.Ops = ops.Addr()
	group, ctx := errgroup.WithContext(ctx)
	for _, part := range append(p.parts, ops.Run) {
		group.Go(func() error { return part(ctx) })
	}
	if err := daemon.WriteReady(p.settings.readyFile, p.listening); err != nil {
		group.Go(func() error { return err })
	}
	p.log.Info("portal serves", "roles", p.settings.roles, "listen", p.listening.Listen, "officer", p.listening.Officer,
		"ops", p.listening.Ops, "profile", p.profile.ID())
	return group.Wait()
}

func (p *process) close() error {
	var err error
	for i := len(p.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, p.closers[i]())
	}
	return err
}

// databaseReady tells whether the database answers and has the schema that this program knows.
func (p *process) databaseReady(ctx context.Context) error {
	return errors.Join(p.store.Ping(ctx), p.store.CheckSchema(ctx))
}

// kafkaPatience is how long a start waits for Kafka's answer.
const kafkaPatience = 5 * time.Second

// needKafka makes sure that every topic is there, since a group on a missing one would wait for ever without a word. A broker
// that does not answer keeps nobody from the pages: rows and results wait for it, and readiness tells.
func (p *process) needKafka(ctx context.Context) error {
	if p.ready["kafka"] != nil {
		return nil
	}
	verify := func(ctx context.Context) error { return bus.VerifyTopics(ctx, p.settings.kafka, usedTopics()) }
	p.ready["kafka"] = verify
	ctx, cancel := context.WithTimeout(ctx, kafkaPatience)
	defer cancel()
	err := verify(ctx)
	var network net.Error // a deadline that is over is one too
	if errors.As(err, &network) || errors.Is(err, io.EOF) {
		p.log.Warn("kafka does not answer; what is for it waits", "error", err)
		return nil
	}
	return err
}
