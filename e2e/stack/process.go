package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// command is the program as a child that ends with this process: the kernel kills it with the thread that started it, so the
// caller has to stay on its thread.
func (s *system) command(ctx context.Context, p program) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.path, p.args...)
	cmd.Dir = s.options.data
	for _, variable := range []string{"PATH", "HOME", "TMPDIR", "LANG", "TZ", "LD_LIBRARY_PATH", "GOCOVERDIR"} {
		if value := s.getenv(variable); value != "" {
			cmd.Env = append(cmd.Env, variable+"="+value)
		}
	}
	for variable, value := range p.env {
		cmd.Env = append(cmd.Env, variable+"="+value)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 30 * time.Second
	return cmd
}

// once runs a program to its end.
func (s *system) once(ctx context.Context, p program, input string) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := s.command(ctx, p)
	var said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", p.name, err, strings.TrimSpace(said.String()))
	}
	return nil
}

// keep runs a program until ctx ends, and starts it again whenever it ends by itself, as a container with "restart" is.
func (s *system) keep(ctx context.Context, p program) {
	runtime.LockOSThread() // for good: the thread, and with it what the kernel ends with it, goes when this returns
	for ctx.Err() == nil {
		if err := s.runOnce(ctx, p); err != nil && ctx.Err() == nil {
			s.log.Warn("program ended; it is started again", "program", p.name, "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (s *system) runOnce(ctx context.Context, p program) error {
	log, err := os.OpenFile(filepath.Join(s.options.data, "logs", p.name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := s.command(ctx, p)
	cmd.Stdout, cmd.Stderr = log, log
	return cmd.Run()
}
