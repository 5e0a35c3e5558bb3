package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"prportal.example/internal/sandbox/wire"
	"prportal.example/pkg/photocheck/report"
)

// process is one run of the child.
type process struct {
	cmd      *exec.Cmd
	requests *os.File
	answers  *os.File
	said     head  // on standard error
	neverRan error // why it could not be started; nil when it was

	ready  chan struct{} // closed when it is ready, or never will be
	failed error         // why it never will be; valid once ready is closed
	engine report.Engine // valid once ready is closed
	gone   chan struct{} // closed when the process has ended
}

// environment is all that a child gets of the parent's: no credentials, no addresses. One core is enough for it, and each
// thread's stack and each arena of malloc counts towards its memory limit. A picture's memory goes back to the system as soon as it
// is freed: left to itself, malloc keeps ever larger pieces, and large photos after one another end a child.
func environment() []string {
	env := []string{"GOMAXPROCS=2", "GOTRACEBACK=none", "MALLOC_ARENA_MAX=2", "MALLOC_MMAP_THRESHOLD_=1048576"}
	if path := os.Getenv("LD_LIBRARY_PATH"); path != "" { // where OpenCV lies on some machines
		env = append(env, "LD_LIBRARY_PATH="+path)
	}
	return env
}

// launch starts a child and lets it load its models in the background. A child that can't be started is one that is gone.
func (c *Child) launch() *process {
	p := &process{ready: make(chan struct{}), gone: make(chan struct{})}
	c.metrics.starts.WithLabelValues(c.config.Name).Inc()
	if err := p.start(c.config); err != nil {
		p.neverRan, p.failed = err, err
		close(p.ready)
		close(p.gone)
		return p
	}
	go func() {
		defer close(p.ready)
		p.engine, p.failed = p.setUp(c.config)
	}()
	return p
}

func (p *process) start(c Config) error {
	childRequests, requests, err := os.Pipe()
	if err != nil {
		return err
	}
	answers, childAnswers, err := os.Pipe()
	if err != nil {
		return errors.Join(err, childRequests.Close(), requests.Close())
	}
	p.requests, p.answers = requests, answers
	p.cmd = exec.Command(c.Command, c.Args...)
	p.cmd.Args[0] = filepath.Base(os.Args[0]) // for those who list processes
	p.cmd.Env = environment()
	p.cmd.Dir = "/"
	p.cmd.Stderr = &p.said
	p.cmd.ExtraFiles = []*os.File{childRequests, childAnswers}
	p.cmd.WaitDelay = time.Second
	// A group of its own: Ctrl-C in a terminal reaches the parent only, which then ends the child in order.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error, 1)
	go func() {
		// The kernel kills the child when the thread that started it ends, hence when this process does: it must stay the same
		// thread until the child is gone.
		runtime.LockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait() // how it ended is in ProcessState
			close(p.gone)
		}
	}()
	err = <-started
	closeErr := errors.Join(childRequests.Close(), childAnswers.Close())
	if err != nil {
		return errors.Join(err, closeErr, requests.Close(), answers.Close())
	}
	return nil
}

// setUp hands the settings over and waits for the word that the models are loaded.
func (p *process) setUp(c Config) (report.Engine, error) {
	fail := func(err error) (report.Engine, error) { return report.Engine{}, err }
	settings, err := json.Marshal(wire.Settings{Models: c.Models, Profile: c.Profile, Finder: c.Finder, Memory: c.Memory, Nice: c.Nice})
	if err != nil {
		return fail(err)
	}
	end := time.Now().Add(c.StartDeadline)
	if err := errors.Join(p.requests.SetWriteDeadline(end), p.answers.SetReadDeadline(end)); err != nil {
		return fail(err)
	}
	// A child that dies at once is better explained by its end than by a broken pipe.
	writeErr := wire.Write(p.requests, wire.Message{Kind: wire.Setup, Parts: [][]byte{settings}})
	m, err := wire.Read(p.answers, wire.Ready, wire.Fault)
	if err := errors.Join(writeErr, err); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return fail(fmt.Errorf("it was not ready within %v", c.StartDeadline))
		}
		p.end()
		return fail(fmt.Errorf("it ended before it was ready: %s", p.obituary()))
	}
	if m.Kind == wire.Fault {
		return fail(errors.New(oneLine(m.Parts[0])))
	}
	var engine report.Engine
	if err := json.Unmarshal(m.Parts[0], &engine); err != nil {
		return fail(fmt.Errorf("what it says of its engine: %w", err))
	}
	return engine, nil
}

// await waits until the child is ready and returns why it is not.
func (p *process) await(ctx context.Context) error {
	select {
	case <-p.ready:
		return p.failed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (p *process) isReady() bool {
	select {
	case <-p.ready:
		return p.failed == nil
	default:
		return false
	}
}

func (p *process) isGone() bool {
	select {
	case <-p.gone:
		return true
	default:
		return false
	}
}

// end kills the process and returns when it is gone. It may be called more than once.
func (p *process) end() {
	if p.neverRan != nil {
		return
	}
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.gone
	_, _ = p.requests.Close(), p.answers.Close()
}

// dismissal is how long an idle child may take to notice that no more photos come.
const dismissal = 2 * time.Second

// dismiss tells the child that no more photos come; it ends by itself, or is killed.
func (p *process) dismiss() {
	if p.neverRan != nil {
		return
	}
	_ = p.requests.Close()
	select {
	case <-p.gone:
	case <-time.After(dismissal):
	}
	p.end()
}

// obituary says how the process ended and what it said last. There is nothing of a photo in it.
func (p *process) obituary() string {
	if p.neverRan != nil {
		return p.neverRan.Error()
	}
	if !p.isGone() {
		return "it still runs"
	}
	text := p.cmd.ProcessState.String()
	if said := p.said.String(); said != "" {
		text += ", saying: " + said
	}
	return text
}

// head keeps the first bytes of a stream: what a dying program says first tells most.
type head struct {
	mu   sync.Mutex
	kept []byte
}

const keptBytes = 400

// Write keeps what there is room for; it takes everything.
func (h *head) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kept = append(h.kept, b[:min(len(b), keptBytes-len(h.kept))]...)
	return len(b), nil
}

func (h *head) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return oneLine(h.kept)
}

// oneLine makes text of a child fit for a log: one line, printable.
func oneLine(b []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(b), "")), " ")
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}
