// Package sandbox runs OpenCV in a child process, so that a photo that crashes it, fills the memory or never ends costs one
// answer and nothing else. The child is this same program started once more (package worker), with an empty environment, a
// memory limit and two pipes. The parent is pure Go and believes nothing that the child says before it has looked at it.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/sandbox/wire"
	"prportal.example/pkg/photocheck/header"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// Argument makes a program that calls worker.Main for it the child.
const Argument = "sandbox-child"

// MaxPhoto is the most bytes that Inspect takes: one more than the portal does, so that "too large" has a report too.
const MaxPhoto = wire.MaxPhoto

// Config describes the child. Fields from Command to Memory have defaults.
type Config struct {
	Command string   // program; this one
	Args    []string // its arguments; Argument
	// Deadline bounds one photo; 20 s.
	Deadline time.Duration
	// StartDeadline bounds the start of a child until its models are loaded; 30 s.
	StartDeadline time.Duration
	Memory        uint64 // bytes of data (RLIMIT_DATA) a child may have; 640 MB, of which a fifth is never touched

	Models  string // folder of the models
	Profile []byte // text of the profile; empty for the default one
	Finder  string // face finder; empty for the best one there is
	Nice    int    // how much the child stands back behind others, 0 to 19
	// Spare keeps a second child ready, so that the photo after a crash does not wait for models to load. Without it the next
	// child is started at once, but the next photo may meet it still loading.
	Spare bool
	Name  string // tells children of one process apart in metrics and logs

	Registry prometheus.Registerer
	Logger   *slog.Logger
}

// What Inspect returns beside a result and the error of its context. Child.Inspect wraps them.
var (
	// ErrCrashed means that the child died on this photo: a C++ exception, a fault in a decoder, the memory limit.
	ErrCrashed = errors.New("the inspection crashed")
	// ErrDeadline means that the child had no answer in time and was killed.
	ErrDeadline = errors.New("the inspection took too long")
	// ErrAnswer means that the child's answer is not one that it may give; it was killed.
	ErrAnswer = errors.New("the inspection gave a forbidden answer")
	// ErrFault means that the engine itself said that it cannot inspect this photo.
	ErrFault = errors.New("the inspection failed")
	// ErrStart means that there is no child to inspect with: nothing is wrong with the photo.
	ErrStart = errors.New("the inspection cannot be started")
	// ErrCrop means that the crop that was asked for is none of this photo; the child never saw it.
	ErrCrop = errors.New("the crop cannot be made")
)

// Image is a JPEG without metadata.
type Image struct {
	JPEG          []byte
	Width, Height int // pixels
}

// Result is a report with the pictures that go with it.
type Result struct {
	Report    report.Report
	Rendition *Image // the whole photo for pages; nil if it can't be decoded
	Print     *Image // the crop that would be printed; nil without one
}

// Child inspects photos one after the other. It is replaced by a new process whenever it dies.
type Child struct {
	config  Config
	rules   *profile.Profile
	metrics *metrics
	log     *slog.Logger

	mu      sync.Mutex // one photo at a time; guards what follows
	current *process
	spare   *process
	engine  report.Engine // of the latest child that was ready
	number  uint32
	closed  bool
}

// New starts a child and waits until it is ready, so that missing models are told at start-up.
func New(c Config) (*Child, error) {
	if c.Registry == nil || c.Logger == nil {
		return nil, errors.New("sandbox: registry and logger must be given")
	}
	if c.Command == "" {
		c.Command = "/proc/self/exe" // the very file that runs, even if another lies in its place by now
	}
	if c.Args == nil {
		c.Args = []string{Argument}
	}
	if c.Deadline == 0 {
		c.Deadline = 20 * time.Second
	}
	if c.StartDeadline == 0 {
		c.StartDeadline = 30 * time.Second
	}
	if c.Memory == 0 {
		c.Memory = 640 << 20
	}
	rules, err := profile.Default()
	if len(c.Profile) > 0 {
		rules, err = profile.Load(c.Profile)
	}
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	m, err := newMetrics(c.Registry)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	child := &Child{config: c, rules: rules, metrics: m, log: c.Logger.With("child", c.Name)}
	child.current = child.launch()
	if err := child.current.await(context.Background()); err != nil {
		child.current.end()
		return nil, fmt.Errorf("%w: %w", ErrStart, err)
	}
	child.engine = child.current.engine
	if c.Spare {
		child.spare = child.launch()
	}
	return child, nil
}

// Profile is the profile that reports are judged with.
func (c *Child) Profile() *profile.Profile { return c.rules }

// Engine says what the child looks with.
func (c *Child) Engine() report.Engine {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.engine
}

// Inspect has the child look at a photo of at most MaxPhoto bytes. A file that is no photo has a report too. An error wraps one
// of this package's, or is the cause of ctx's end; after it the next photo gets a new child.
func (c *Child) Inspect(ctx context.Context, photo []byte) (Result, error) {
	return c.InspectCrop(ctx, photo, nil)
}

// InspectCrop is Inspect for a crop that somebody has chosen, in pixels of the upright picture; nil leaves it to the rules. The crop
// is believed no more than the photo.
func (c *Child) InspectCrop(ctx context.Context, photo []byte, crop *report.Rect) (Result, error) {
	if err := c.checkCrop(photo, crop); err != nil {
		return Result{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return Result{}, fmt.Errorf("%w: it was closed", ErrStart)
	}
	p, err := c.ready(ctx)
	if err != nil {
		return Result{}, err
	}
	c.number++
	ctx, cancel := context.WithTimeoutCause(ctx, c.config.Deadline, ErrDeadline)
	defer cancel()
	result, err := c.exchange(ctx, p, photo, crop)
	if err == nil {
		c.metrics.observe(c.config.Name, p)
		return result, nil
	}
	return Result{}, c.replace(ctx, p, err)
}

// checkCrop refuses a crop that can't be made. What is no photo has a report as it always does.
func (c *Child) checkCrop(photo []byte, crop *report.Rect) error {
	if crop == nil {
		return nil
	}
	h, err := header.Admit(photo, header.PortalLimits())
	if err != nil {
		return nil
	}
	if err := c.rules.Frame().CheckCrop(*crop, h.Width, h.Height); err != nil {
		return fmt.Errorf("%w: %w", ErrCrop, err)
	}
	return nil
}

// ready returns a child that has loaded its models. One that died while it had nothing to do is replaced without a word to the
// caller.
func (c *Child) ready(ctx context.Context) (*process, error) {
	for range 3 { // the current child, its spare, and one that is started now
		p := c.current
		if err := p.await(ctx); err != nil {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			c.lose(p, "start")
			return nil, fmt.Errorf("%w: %w", ErrStart, err)
		}
		if !p.isGone() {
			c.engine = p.engine
			return p, nil
		}
		c.lose(p, "idle")
	}
	return nil, fmt.Errorf("%w: children die before they get a photo", ErrStart)
}

// lose ends a child, counts it, and puts the next one in its place.
func (c *Child) lose(p *process, cause string) {
	p.end()
	c.metrics.restarts.WithLabelValues(c.config.Name, cause).Inc()
	c.log.Warn("a child is replaced", "cause", cause, "end", p.obituary())
	c.current, c.spare = c.spare, nil
	if c.current == nil {
		c.current = c.launch()
	}
	if c.config.Spare {
		c.spare = c.launch()
	}
}

// replace ends a child that gave err instead of an answer, and says what happened to the photo.
func (c *Child) replace(ctx context.Context, p *process, err error) error {
	var malformed *wire.MalformedError
	switch {
	case ctx.Err() != nil && errors.Is(context.Cause(ctx), ErrDeadline):
		c.lose(p, "deadline")
		return fmt.Errorf("%w: no answer within %v", ErrDeadline, c.config.Deadline)
	case ctx.Err() != nil:
		c.lose(p, "stopped")
		return context.Cause(ctx)
	case errors.As(err, &malformed):
		c.lose(p, "answer")
		return fmt.Errorf("%w: %w", ErrAnswer, err)
	case errors.Is(err, ErrFault):
		c.lose(p, "fault")
		return err
	default:
		c.lose(p, "crash")
		return fmt.Errorf("%w: %s", ErrCrashed, p.obituary())
	}
}

// Alive reports why the child could not inspect a photo now; nil while it can, or is busy with one.
func (c *Child) Alive() error {
	if !c.mu.TryLock() {
		return nil
	}
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return fmt.Errorf("%w: it was closed", ErrStart)
	case c.current.isGone():
		return fmt.Errorf("%w: %s", ErrStart, c.current.obituary())
	case !c.current.isReady():
		return fmt.Errorf("%w: it is still starting", ErrStart)
	}
	return nil
}

// Close lets the photo in hand finish and ends the child.
func (c *Child) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	for _, p := range []*process{c.current, c.spare} {
		if p != nil {
			p.dismiss()
		}
	}
	return nil
}
