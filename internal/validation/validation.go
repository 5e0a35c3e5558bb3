// Package validation is what the validator does: it takes photos that were uploaded, has a sandboxed child inspect each, stores
// the pictures for pages and production, and publishes the report.
package validation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"prportal.example/internal/bus"
	"prportal.example/internal/event"
	"prportal.example/internal/photos"
	"prportal.example/internal/sandbox"
)

// Groups are the consumer groups, by topic. Bulk work has a group of its own, so that its members come and go without the
// others stopping to share out partitions anew.
const (
	Group     = "validator"
	GroupBulk = "validator-bulk"
)

// attempts is how often a photo is tried: one that kills its child twice is parked, and so is anything else that fails twice.
const attempts = 2

// Config describes the service. Topics and fields below them have defaults.
type Config struct {
	Bus     bus.Config
	Photos  *photos.Store
	Sandbox sandbox.Config // of every child; Name, Nice, Spare, Registry and Logger are set here
	Workers int            // photos checked at once, beside one of the bulk topic

	Uploaded, Bulk, Checked string // topics

	// RefusedLimit is how long a photo may be refused by the store before it counts as missing; 5 minutes.
	RefusedLimit   time.Duration
	HoldMin        time.Duration // see bus.ConsumerConfig
	SessionTimeout time.Duration // the same

	Now      func() time.Time
	Registry prometheus.Registerer
	Logger   *slog.Logger
}

// Service is the validator without its process.
type Service struct {
	config   Config
	metrics  *metrics
	producer *bus.Producer
	workers  []worker
	verified atomic.Bool // the topics are there
}

// worker is one member of a group, with its child.
type worker struct {
	consumer *bus.Consumer
	child    *sandbox.Child
}

// niceOfBulk is how far bulk work stands back behind photos that people wait for.
const niceOfBulk = 10

// New starts the children and waits until they are ready. Run takes photos; Close ends the children.
func New(c Config) (s *Service, err error) {
	if c.Photos == nil || c.Workers < 1 || c.Now == nil || c.Registry == nil || c.Logger == nil {
		return nil, errors.New("validation: photos, workers, clock, registry and logger must be given")
	}
	for value, otherwise := range map[*string]string{&c.Uploaded: event.TopicPhotoUploaded, &c.Bulk: event.TopicPhotoUploadedBulk,
		&c.Checked: event.TopicPhotoChecked} {
		if *value == "" {
			*value = otherwise
		}
	}
	if c.RefusedLimit == 0 {
		c.RefusedLimit = 5 * time.Minute
	}
	s = &Service{config: c}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.metrics, err = newMetrics(c.Registry); err != nil {
		return s, fmt.Errorf("validation: %w", err)
	}
	if s.producer, err = bus.NewProducer(c.Bus); err != nil {
		return s, err
	}
	s.workers = make([]worker, c.Workers+1)
	var all errgroup.Group
	for i := range s.workers {
		all.Go(func() (err error) {
			if i == c.Workers {
				s.workers[i], err = s.worker("bulk", c.Bulk, GroupBulk, niceOfBulk)
				return err
			}
			s.workers[i], err = s.worker("upload-"+strconv.Itoa(i), c.Uploaded, Group, 0)
			return err
		})
	}
	return s, all.Wait()
}

func (s *Service) worker(name, topic, group string, nice int) (worker, error) {
	c := s.config.Sandbox
	c.Name, c.Nice, c.Registry, c.Logger = name, nice, s.config.Registry, s.config.Logger
	c.Spare = nice == 0 // nobody waits for the others
	child, err := sandbox.New(c)
	if err != nil {
		return worker{}, err
	}
	lane := "upload"
	if nice > 0 {
		lane = "bulk"
	}
	h := &handler{Service: s, lane: lane, child: child, refused: map[string]time.Time{}}
	consumer, err := bus.NewConsumer(bus.ConsumerConfig{Config: s.config.Bus, Group: group, Topic: topic, Handle: h.handle,
		Parked: h.parked, Attempts: attempts, HoldMin: s.config.HoldMin, SessionTimeout: s.config.SessionTimeout,
		DrainTimeout: 25 * time.Second, // longer than a child may take, so that the photo in hand is finished
		Registry:     s.config.Registry, Logger: s.config.Logger.With("worker", name)})
	return worker{consumer, child}, err
}

// Run takes photos until ctx ends and then finishes those in hand. It fails at once, by name, when a topic is missing; it waits
// for brokers that do not answer.
func (s *Service) Run(ctx context.Context) error {
	err := bus.AwaitTopics(ctx, s.config.Bus, s.topics(), s.config.Logger)
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		return err
	}
	s.verified.Store(true)
	s.config.Logger.Info("checking photos", "workers", len(s.workers)-1, "profile", s.workers[0].child.Profile().ID(),
		"engine", s.workers[0].child.Engine().Version, "finder", s.workers[0].child.Engine().Finder)
	all, ctx := errgroup.WithContext(ctx)
	for _, w := range s.workers {
		all.Go(func() error { return w.consumer.Run(ctx) })
	}
	return all.Wait()
}

// topics are those that must be there; how many partitions they have is the business of whoever made them.
func (s *Service) topics() []bus.TopicSpec {
	var specs []bus.TopicSpec
	for _, name := range []string{s.config.Uploaded, s.config.Bulk, s.config.Checked,
		bus.DeadLetterTopic(s.config.Uploaded), bus.DeadLetterTopic(s.config.Bulk)} {
		specs = append(specs, bus.TopicSpec{Name: name, Partitions: 1})
	}
	return specs
}

// Ready are the questions of readiness.
func (s *Service) Ready() map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"kafka": func(ctx context.Context) error { return bus.Ping(ctx, s.config.Bus) },
		"topics": func(context.Context) error {
			if !s.verified.Load() {
				return errors.New("not verified yet")
			}
			return nil
		},
		"object_store": func(ctx context.Context) error {
			return errors.Join(s.config.Photos.Ready(ctx, photos.Uploads), s.config.Photos.Ready(ctx, photos.Renditions))
		},
		"children": func(context.Context) error {
			var err error
			for _, w := range s.workers {
				err = errors.Join(err, w.child.Alive())
			}
			return err
		},
	}
}

// Close ends the children. Run must have returned, or never been called.
func (s *Service) Close() error {
	var err error
	for _, w := range s.workers {
		if w.child != nil {
			err = errors.Join(err, w.child.Close())
		}
	}
	if s.producer != nil {
		err = errors.Join(err, s.producer.Close())
	}
	return err
}
