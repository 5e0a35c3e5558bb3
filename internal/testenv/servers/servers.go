// Package servers starts the real servers that tests run against: Apache Kafka, MinIO and PostgreSQL. Everything listens on 127.0.0.1 only.
package servers

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Installer is the command that puts in place whatever is missing.
const Installer = "make test-deps"

// startTimeout is for a busy machine; all of them are up in 3 s on an idle one.
const startTimeout = 90 * time.Second

// Server is one running server.
type Server struct {
	// Value is what the server's environment variable holds: see the Start functions.
	Value string
	stop  func()
}

// New describes a server that was started elsewhere.
func New(value string, stop func()) *Server { return &Server{Value: value, stop: stop} }

// Stop ends the server; what it wrote stays in its folder.
func (s *Server) Stop() { s.stop() }

// Cache is the folder for what is slow to fetch or build, outside the work tree.
func Cache() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder: %w", err)
	}
	return filepath.Join(base, "prportal", "testenv"), nil
}

// freePort finds a port that nobody listens on right now. Someone else may take it before the server does; start tries again.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func localhost(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// secret is for servers that live as long as a test run.
func secret() string { return rand.Text() }

// process is a server's program, its output in a file of its folder.
type process struct {
	cmd    *exec.Cmd
	log    string
	exited chan struct{}
}

// launch starts cmd. The kernel ends it with the thread that started it, so the caller has to stay on its thread for as long
// as the server is wanted.
func launch(cmd *exec.Cmd, dir, name string) (*process, error) {
	p := &process{cmd: cmd, log: filepath.Join(dir, name+".log"), exited: make(chan struct{})}
	output, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	cmd.Stdout, cmd.Stderr = output, output
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w; run: %s", name, err, Installer)
	}
	go func() {
		_ = cmd.Wait() // its status tells nothing that the log does not
		close(p.exited)
	}()
	return p, nil
}

// await asks until ready says nil, the process ends or the time is over.
func (p *process) await(ctx context.Context, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		if last = ready(ctx); last == nil {
			return nil
		}
		select {
		case <-p.exited:
			return fmt.Errorf("%s ended: %s", p.cmd.Path, p.tail())
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w: %s", p.cmd.Path, errors.Join(ctx.Err(), last), p.tail())
		case <-tick.C:
		}
	}
}

// tail is the end of the log, for error messages.
func (p *process) tail() string {
	data, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	data = bytes.TrimSpace(data)
	return string(data[max(0, len(data)-1500):])
}

// end asks with signal, then insists.
func (p *process) end(signal syscall.Signal) {
	_ = p.cmd.Process.Signal(signal) // gone already: all the better
	select {
	case <-p.exited:
	case <-time.After(10 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.exited
	}
}

// attempts repeats a start that may have lost its port to someone else.
func attempts(start func() (*Server, error)) (*Server, error) {
	var failed error
	for range 3 {
		server, err := start()
		if err == nil {
			return server, nil
		}
		failed = err
		var missing *MissingError
		if errors.As(err, &missing) {
			break
		}
	}
	return nil, failed
}

// MissingError says what has to be installed.
type MissingError struct{ What string }

func (e *MissingError) Error() string { return e.What + " is missing; run: " + Installer }
