package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// child is a program that is started again whenever it ends.
type child struct {
	name string // for people
	path string
	args []string
	env  []string
	dir  string // working directory
	log  string // file that gets its output

	minPause, maxPause time.Duration // before it is started again; doubled while it ends soon after its start
	grace              time.Duration // from SIGTERM to SIGKILL
	logger             *slog.Logger
	ended              func(error) // told each time the child ends by itself; may be nil
}

// steady is how long a child has to run for its next end to count as the first one.
const steady = 30 * time.Second

// keep runs the child until ctx ends, then asks it to stop and waits. It returns when the child is gone.
func (c *child) keep(ctx context.Context) {
	// The kernel kills the child when the thread that started it ends, hence when this process does: it must stay the same
	// thread until then.
	runtime.LockOSThread()
	pause := c.minPause
	for ctx.Err() == nil {
		begin := time.Now()
		err := c.runOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		if c.ended != nil {
			c.ended(err)
		}
		if time.Since(begin) > steady {
			pause = c.minPause
		}
		c.logger.Warn("program ended; it is started again", "program", c.name, "error", err, "log", c.log, "pause", pause.String())
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, c.maxPause)
	}
}

func (c *child) runOnce(ctx context.Context) error {
	log, err := os.OpenFile(c.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := c.command(ctx)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		return err
	}
	return errors.New("it ended without an error")
}

func (c *child) command(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.path, c.args...)
	cmd.Env, cmd.Dir = c.env, c.dir
	// A group of its own: Ctrl-C in the terminal reaches this process only, which then stops its children in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = c.grace
	return cmd
}

// once runs a program that does one thing and ends, with input, and returns what it says; its error says it too.
func (c *child) once(ctx context.Context, input string) (string, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := c.command(ctx)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", c.name, strings.Join(c.args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}
