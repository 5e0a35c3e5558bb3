package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"prportal.example/internal/daemon"
	"prportal.example/internal/embedded/broker"
	"prportal.example/internal/embedded/objectstore"
	"prportal.example/internal/inbox"
	"prportal.example/internal/photos"
)

// startTimeout is for the slowest machine that makes sense; all is ready within seconds on a common one.
const startTimeout = 2 * time.Minute

// system is one running standalone.
type system struct {
	options options
	folder  folder
	keys    keys
	getenv  func(string) string
	log     *slog.Logger

	broker  *broker.Broker
	store   *objectstore.Store
	cleanup []func() error // what was started in this process; undone in reverse
	mu      sync.Mutex     // guards cleanup

	children sync.WaitGroup
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) (err error) {
	logger, err := daemon.Logger(stderr, getenv)
	if err != nil {
		return err
	}
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	begin := time.Now()
	f, release, err := openFolder(o.data)
	if err != nil {
		return err
	}
	defer release()
	if err := removeIfThere(f.readyFile()); err != nil {
		return err
	}
	k, err := f.keys()
	if err != nil {
		return err
	}
	s := &system{options: o, folder: f, keys: k, getenv: getenv, log: logger}
	fmt.Fprintln(stdout, "starting; logs are in", f.path("logs"))

	// The children end before what they depend on does.
	childContext, stopChildren := context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		stopChildren()
		s.children.Wait()
		err = errors.Join(err, s.undo())
	}()
	r, err := s.start(ctx, childContext)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if err := r.write(f.readyFile()); err != nil {
		return err
	}
	r.print(stdout, o.data)
	logger.Debug("ready", "after", time.Since(begin).String())
	<-ctx.Done()
	fmt.Fprintln(stdout, "stopping")
	return removeIfThere(f.readyFile())
}

// start starts everything that does not wait for another at once, and returns when every program says that it is ready.
func (s *system) start(ctx, childContext context.Context) (ready, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	r := ready{Portal: web(s.options.applicants), Officer: web(s.options.officers), Inbox: web(s.options.inbox),
		Samples: s.options.samples, SignIns: []signIn{}}
	topics, objects, mail, schema := make(chan struct{}), make(chan struct{}), make(chan struct{}), make(chan struct{})
	all, ctx := errgroup.WithContext(ctx)
	var brokerAddr, storeAddr string
	all.Go(func() error {
		if err := s.startBroker(); err != nil {
			return err
		}
		brokerAddr = s.broker.Addr()
		if _, err := s.portal(brokerAddr, "", "topics").once(ctx, ""); err != nil {
			return err
		}
		close(topics)
		return nil
	})
	all.Go(func() error {
		if err := s.startStore(ctx); err != nil {
			return err
		}
		storeAddr = s.store.Addr()
		close(objects)
		return nil
	})
	all.Go(func() error { defer close(mail); return s.startInbox() })
	all.Go(func() error {
		if _, err := s.portal("", "", "migrate").once(ctx, ""); err != nil {
			return err
		}
		close(schema)
		return nil
	})
	all.Go(func() (err error) {
		if !s.options.demo || !await(ctx, schema) {
			return nil
		}
		r.Invited = invitations()
		r.SignIns, err = demo{s.folder, s.portal("", ""), s.program("ingest", s.databaseSettings())}.seed(ctx)
		return err
	})
	metrics := make([]string, 4)
	all.Go(func() (err error) {
		if !await(ctx, topics, objects) {
			return nil
		}
		metrics[1], err = s.begin(ctx, childContext, s.program("validator", s.validatorSettings(brokerAddr, storeAddr)))
		return err
	})
	all.Go(func() (err error) {
		if !await(ctx, topics, objects, mail, schema) {
			return nil
		}
		metrics[0], err = s.begin(ctx, childContext, s.portal(brokerAddr, storeAddr))
		return err
	})
	all.Go(func() (err error) {
		if !await(ctx, topics, schema) {
			return nil
		}
		metrics[3], err = s.begin(ctx, childContext, s.ingest(brokerAddr))
		return err
	})
	all.Go(func() (err error) {
		if !await(ctx, objects, schema) {
			return nil
		}
		metrics[2], err = s.beginProofs(ctx, childContext, storeAddr)
		return err
	})
	err := all.Wait()
	r.Metrics = map[string]string{"portal": metrics[0], "validator": metrics[1], "proofs": metrics[2], "ingest": metrics[3]}
	r.Kafka, r.Database = brokerAddr, s.folder.databaseURL()
	return r, err
}

// await waits for all of the events; false when ctx ended first.
func await(ctx context.Context, events ...chan struct{}) bool {
	for _, e := range events {
		select {
		case <-ctx.Done():
			return false
		case <-e:
		}
	}
	return true
}

// begin keeps a program running from now on, waits until it is ready, and returns the address of its metrics.
func (s *system) begin(ctx, childContext context.Context, c *child) (metrics string, err error) {
	ops, err := s.launch(ctx, childContext, c, green)
	return "http://" + ops + "/metrics", err
}

// browserPatience is how long a start waits for the process that makes proofs of status to say that all is well.
const browserPatience = 3 * time.Second

// beginProofs is begin for the process that makes proofs of status. Where Chromium is missing everything else works: nobody
// waits for it, and proofs are made once it is there.
func (s *system) beginProofs(ctx, childContext context.Context, storeAddr string) (metrics string, err error) {
	c := s.proofs(storeAddr)
	there := func(context.Context, string) error { return nil }
	ops, err := s.launch(ctx, childContext, c, there)
	if err != nil {
		return "", err
	}
	patient, cancel := context.WithTimeout(ctx, browserPatience)
	defer cancel()
	if green(patient, ops) != nil && ctx.Err() == nil {
		s.log.Warn("proofs of status can't be made yet: is Chromium installed?", "log", c.log)
	}
	return "http://" + ops + "/metrics", nil
}

// launch keeps a program running from now on, and waits until it listens and is as the caller wants it. It returns its ops listener.
func (s *system) launch(ctx, childContext context.Context, c *child, well func(ctx context.Context, ops string) error) (ops string, err error) {
	path := s.folder.listening(c.name)
	if err := removeIfThere(path); err != nil {
		return "", err
	}
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	ends := 0
	c.ended = func(err error) {
		if ends++; ends == 3 { // a program that cannot run here; later, when it was ready once, it is started for ever
			giveUp(err)
		}
	}
	s.children.Go(func() { c.keep(childContext) })
	l, err := listening(ctx, path)
	if err == nil {
		err = well(ctx, l.Ops)
	}
	if err != nil {
		return "", fmt.Errorf("%s does not get ready: %w; see %s", c.name, context.Cause(ctx), c.log)
	}
	return l.Ops, nil
}

func (s *system) later(undo func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cleanup = append(s.cleanup, undo)
}

func (s *system) undo() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for i := len(s.cleanup) - 1; i >= 0; i-- {
		err = errors.Join(err, s.cleanup[i]())
	}
	return err
}

func (s *system) startBroker() (err error) {
	s.broker, err = broker.Start(broker.Config{Addr: "127.0.0.1:0", Dir: s.folder.path("kafka")})
	if err == nil {
		s.later(func() error { s.broker.Close(); return nil })
	}
	return err
}

func (s *system) startStore(ctx context.Context) (err error) {
	s.store, err = objectstore.Start(ctx, objectstore.Config{Addr: "127.0.0.1:0", Dir: s.folder.path("objects"),
		Accounts: []objectstore.Account{s.keys.Root, s.keys.Portal, s.keys.Validator, s.keys.Proofs}})
	if err != nil {
		return err
	}
	s.later(s.store.Close)
	portal, validator := s.keys.Portal.AccessKey, s.keys.Validator.AccessKey
	return errors.Join(
		s.store.EnsureBucket(ctx, s.keys.Root, photos.Uploads,
			objectstore.Grant{AccessKey: portal, Actions: []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}},
			objectstore.Grant{AccessKey: validator, Actions: []string{"s3:GetObject"}}),
		s.store.EnsureBucket(ctx, s.keys.Root, photos.Renditions,
			objectstore.Grant{AccessKey: portal, Actions: []string{"s3:GetObject", "s3:DeleteObject"}},
			objectstore.Grant{AccessKey: validator, Actions: []string{"s3:PutObject"}}),
		s.store.EnsureBucket(ctx, s.keys.Root, photos.Documents,
			objectstore.Grant{AccessKey: portal, Actions: []string{"s3:GetObject"}},
			objectstore.Grant{AccessKey: s.keys.Proofs.AccessKey, Actions: []string{"s3:PutObject"}}))
}

func (s *system) startInbox() error {
	box, err := inbox.Open(inbox.Config{Dir: s.folder.path("inbox"), Now: time.Now, Logger: s.log})
	if err != nil {
		return err
	}
	handler, err := box.Handler()
	if err != nil {
		return err
	}
	mailListener, err := net.Listen("tcp", s.options.smtp)
	if err != nil {
		return fmt.Errorf("mail inbox: %w", err)
	}
	pageListener, err := net.Listen("tcp", s.options.inbox)
	if err != nil {
		return errors.Join(fmt.Errorf("mail inbox: %w", err), mailListener.Close())
	}
	ctx, stop := context.WithCancel(context.Background())
	var servers errgroup.Group
	servers.Go(func() error { return box.ServeSMTP(ctx, mailListener) })
	servers.Go(func() error { return daemon.Serve(ctx, pageListener, handler, s.log) })
	s.later(func() error { stop(); return servers.Wait() })
	return nil
}
