package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
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

// proofs is the portal's program in the one role that runs a browser: it knows neither Kafka nor mail, and listens to nobody.
func (s *system) proofs(storeAddr string) *child {
	const name = "proofs"
	settings := s3Settings(storeAddr, s.keys.Proofs)
	maps.Copy(settings, s.databaseSettings())
	settings["PRPORTAL_ROLES"], settings["PRPORTAL_OPS_LISTEN"] = name, "127.0.0.1:0"
	return s.named(name, "portal", settings)
}

// program describes a child of that name with these settings.
func (s *system) program(name string, settings map[string]string) *child {
	return s.named(name, name, settings)
}

// named describes a child that runs a program under a name of its own, with these settings and, beside them, only what a program needs of this process's environment.
func (s *system) named(name, program string, settings map[string]string) *child {
	c := &child{name: name, path: s.options.bin + "/" + program, dir: string(s.folder), log: s.folder.log(name),
		minPause: 500 * time.Millisecond, maxPause: 15 * time.Second, grace: 30 * time.Second, logger: s.log}
	for _, variable := range []string{"PATH", "HOME", "TMPDIR", "LANG", "TZ", "LD_LIBRARY_PATH", "GOCOVERDIR", "GOTRACEBACK",
		daemon.LogLevelVariable, "PRPORTAL_WORKERS", "PRPORTAL_CHROMIUM", "PRPORTAL_PROOF"} {
		if value := s.getenv(variable); value != "" {
			c.env = append(c.env, variable+"="+value)
		}
	}
	settings[daemon.ReadyFileVariable] = s.folder.listening(name)
	for variable, value := range settings {
		if value != "" {
			c.env = append(c.env, variable+"="+value)
		}
	}
	return c
}

func (s *system) databaseSettings() map[string]string {
	return map[string]string{"PRPORTAL_DATABASE_URL": s.folder.databaseURL()}
}

func s3Settings(addr string, account objectstore.Account) map[string]string {
	return map[string]string{"PRPORTAL_S3_ENDPOINT": addr, "PRPORTAL_S3_ACCESS_KEY": account.AccessKey,
		"PRPORTAL_S3_SECRET_KEY": account.SecretKey, "PRPORTAL_S3_REGION": objectstore.Region, "PRPORTAL_S3_SECURE": "false"}
}

// portal is the portal's program; one-off commands are given as args and get the same settings.
func (s *system) portal(brokerAddr, storeAddr string, args ...string) *child {
	settings := s3Settings(storeAddr, s.keys.Portal)
	for variable, value := range s.databaseSettings() {
		settings[variable] = value
	}
	for variable, value := range map[string]string{
		"PRPORTAL_KAFKA_BROKERS": brokerAddr, "PRPORTAL_SMTP_ADDR": s.options.smtp, "PRPORTAL_MAIL_FROM": "photos@portal.example",
		"PRPORTAL_CONTACT_EMAIL": "help@portal.example",
		"PRPORTAL_LISTEN":        s.options.applicants, "PRPORTAL_OFFICER_LISTEN": s.options.officers,
		"PRPORTAL_OPS_LISTEN": s.options.portalOps, "PRPORTAL_PUBLIC_URL": web(s.options.applicants),
		"PRPORTAL_OFFICER_URL": web(s.options.officers), "PRPORTAL_UNDO_WINDOW": s.options.undo.String(),
	} {
		settings[variable] = value
	}
	c := s.program("portal", settings)
	c.args = args
	return c
}

// ingest takes approved applications in from Kafka.
func (s *system) ingest(brokerAddr string) *child {
	settings := s.databaseSettings()
	settings["PRPORTAL_KAFKA_BROKERS"], settings["PRPORTAL_OPS_LISTEN"] = brokerAddr, s.options.ingestOps
	c := s.program("ingest", settings)
	c.args = []string{"serve"}
	return c
}

// validatorSettings hold no database and no mail: hostile pictures never sit beside personal data.
func (s *system) validatorSettings(brokerAddr, storeAddr string) map[string]string {
	settings := s3Settings(storeAddr, s.keys.Validator)
	settings["PRPORTAL_KAFKA_BROKERS"] = brokerAddr
	settings["PRPORTAL_OPS_LISTEN"] = s.options.validatorOps
	settings["PRPORTAL_MODELS"] = s.options.models
	return settings
}
