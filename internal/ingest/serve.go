package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"prportal.example/internal/bus"
	"prportal.example/internal/daemon"
	"prportal.example/internal/event"
	"prportal.example/internal/store"
)

// Group is the consumer group that takes applications in.
const Group = "ingest"

// ServiceConfig describes the service. Topic and the fields below it have defaults.
type ServiceConfig struct {
	Bus      bus.Config
	Store    *store.Store
	Now      func() time.Time
	Registry prometheus.Registerer
	Logger   *slog.Logger

	Topic          string
	HoldMin        time.Duration // see bus.ConsumerConfig
	SessionTimeout time.Duration // the same
}

// Service takes approved applications in from Kafka, by the same rules as from files.
type Service struct {
	config   ServiceConfig
	consumer *bus.Consumer
	taken    *prometheus.CounterVec
	verified atomic.Bool // the topics are there
}

// resultRejected counts what is parked.
const resultRejected = "rejected"

// NewService checks the settings; Run connects.
func NewService(c ServiceConfig) (*Service, error) {
	if c.Store == nil || c.Now == nil || c.Registry == nil || c.Logger == nil {
		return nil, errors.New("ingest: store, clock, registry and logger must be given")
	}
	if c.Topic == "" {
		c.Topic = event.TopicApplicationApproved
	}
	s := &Service{config: c, taken: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_applications_total",
		Help: "People on approved applications from Kafka, by what became of them: added, updated, unchanged or rejected."},
		[]string{"result"})}
	if err := c.Registry.Register(s.taken); err != nil {
		return nil, fmt.Errorf("metrics of ingest: %w", err)
	}
	for _, result := range []string{string(store.Added), string(store.Updated), string(store.Unchanged), resultRejected} {
		s.taken.WithLabelValues(result) // there from the start, at 0
	}
	var err error
	s.consumer, err = bus.NewConsumer(bus.ConsumerConfig{Config: c.Bus, Group: Group, Topic: c.Topic, Handle: s.handle,
		// Once: published again, a row would come behind later ones about the same person and undo them. What is wrong with a row stays
		// wrong, and while the database is down the message is held.
		Attempts: 1, DeadWithoutValue: true,
		HoldMin: c.HoldMin, SessionTimeout: c.SessionTimeout, Registry: c.Registry, Logger: c.Logger})
	return s, err
}

// handle takes one person in. Errors name fields only: they stand in the log and in the dead letter.
func (s *Service) handle(ctx context.Context, m bus.Message) error {
	p, err := s.read(m.Value)
	if err != nil {
		s.taken.WithLabelValues(resultRejected).Inc()
		return err
	}
	taken, err := put(ctx, s.config.Store, []store.Person{p}, store.TakeIn{Now: s.config.Now(), Invite: true}, false)
	switch {
	case err == nil:
		s.taken.WithLabelValues(string(taken[0].Change)).Inc()
		return nil
	case store.IsDown(err), errors.Is(err, store.ErrExists), errors.Is(err, store.ErrStale):
		return bus.Retry(err)
	}
	s.taken.WithLabelValues(resultRejected).Inc()
	return errors.New("the database refuses the row") // its words may repeat values
}

func (s *Service) read(message []byte) (store.Person, error) {
	var a event.ApplicationApproved
	e, err := event.Decode(message, &a)
	if err == nil {
		return rowOf(a).person(s.config.Now())
	}
	// The schema's complaint repeats values; our own rules mostly find the same, and do not.
	switch {
	case e.ID == "":
		return store.Person{}, fmt.Errorf("%w: no envelope", event.ErrMalformed)
	case e.Type != event.TypeApplicationApproved:
		return store.Person{}, fmt.Errorf("%w: it is of another type", event.ErrMalformed)
	}
	if json.Unmarshal(e.Data, &a) == nil {
		if _, err := rowOf(a).person(s.config.Now()); err != nil {
			return store.Person{}, err
		}
	}
	return store.Person{}, fmt.Errorf("%w: its data breaks the schema", event.ErrMalformed)
}

// Run takes applications in until ctx ends and then finishes the one in hand. It fails at once, by name, when a topic is missing;
// it waits for brokers that do not answer.
func (s *Service) Run(ctx context.Context) error {
	err := bus.AwaitTopics(ctx, s.config.Bus, s.topics(), s.config.Logger)
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		return err
	}
	s.verified.Store(true)
	return s.consumer.Run(ctx)
}

// topics are those that must be there.
func (s *Service) topics() []bus.TopicSpec {
	return []bus.TopicSpec{{Name: s.config.Topic, Partitions: 1}, {Name: bus.DeadLetterTopic(s.config.Topic), Partitions: 1}}
}

// Ready are the questions of readiness.
func (s *Service) Ready() map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"database": func(ctx context.Context) error {
			return errors.Join(s.config.Store.Ping(ctx), s.config.Store.CheckSchema(ctx))
		},
		"kafka": func(ctx context.Context) error { return bus.Ping(ctx, s.config.Bus) },
		"topics": func(context.Context) error {
			if !s.verified.Load() {
				return errors.New("not verified yet")
			}
			return nil
		},
	}
}

// serve is the command of that name.
func serve(ctx context.Context, c *command) (err error) {
	if len(c.args) > 0 {
		return misused(fmt.Errorf("unknown argument %q", c.args[0]))
	}
	logger, err := daemon.Logger(c.stderr, c.getenv)
	if err != nil {
		return err
	}
	env := daemon.NewEnv(c.getenv)
	url := env.Required("PRPORTAL_DATABASE_URL")
	brokers := env.List("PRPORTAL_KAFKA_BROKERS")
	opsAddr := env.String("PRPORTAL_OPS_LISTEN", "127.0.0.1:0")
	readyFile := env.String(daemon.ReadyFileVariable, "")
	if err := env.Err(); err != nil {
		return err
	}
	db, err := openStore(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	registry := daemon.NewRegistry()
	service, err := NewService(ServiceConfig{Bus: bus.Config{Brokers: brokers, ClientID: "ingest"}, Store: db, Now: time.Now,
		Registry: registry, Logger: logger})
	if err != nil {
		return err
	}
	ops, err := daemon.NewOps(daemon.OpsConfig{Addr: opsAddr, Registry: registry, Ready: service.Ready(), Logger: logger})
	if err != nil {
		return err
	}
	if err := daemon.WriteReady(readyFile, daemon.Listening{Ops: ops.Addr()}); err != nil {
		return err
	}
	logger.Info("taking in approved applications", "topic", event.TopicApplicationApproved, "ops", ops.Addr())
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { return ops.Run(ctx) })
	all.Go(func() error { return service.Run(ctx) })
	return all.Wait()
}
