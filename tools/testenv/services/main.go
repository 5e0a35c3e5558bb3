// Command services starts the servers that tests run against and keeps them until its standard input ends (run), or leaves them
// in the background for a whole test run (start, env, stop).
//
//	services run NAME…          start, print their environment variables and "ready", end with standard input
//	services start DIR NAME…    the same in the background, with data in DIR, variables in DIR/env; returns when ready
//	services env DIR            print "export NAME=VALUE" lines for a shell
//	services stop DIR           stop what start began, and remove its data
//
// NAME is kafka, minio, postgres or versity; the first three when none is given.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"prportal.example/internal/testenv/servers"
)

// service is one line of the table of what can be started.
type service struct {
	name     string
	variable string
	start    func(ctx context.Context, dir string) (*servers.Server, error)
}

var services = []service{
	{"kafka", "TESTENV_KAFKA", servers.StartKafka},
	{"minio", "TESTENV_MINIO", servers.StartMinIO},
	{"postgres", "TESTENV_POSTGRES", servers.StartPostgres},
	{"versity", "TESTENV_VERSITY", startVersity},
}

func main() {
	if err := command(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "services:", err)
		os.Exit(1)
	}
}

const usage = "usage: services run [NAME…] | start DIR [NAME…] | env DIR | stop DIR"

func command(args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	rest := args[1:]
	switch {
	case args[0] == "run":
		dir, err := os.MkdirTemp("", "prportal-testenv-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin) // the end of input is the signal, however it comes
			cancel()
		}()
		return run(ctx, dir, rest, func(variables []string) error {
			_, err := fmt.Println(strings.Join(variables, "\n") + "\nready")
			return err
		})
	case len(rest) == 0:
		return errors.New(usage)
	case args[0] == "start":
		return start(rest[0], rest[1:])
	case args[0] == "background":
		return background(rest[0], rest[1:])
	case args[0] == "env":
		return printEnv(rest[0])
	case args[0] == "stop":
		return stop(rest[0])
	}
	return errors.New(usage)
}

// run starts the named services side by side, tells ready their variables, and stops them all when ctx or the process is told to
// end.
func run(ctx context.Context, dir string, names []string, ready func(variables []string) error) error {
	ctx, cancel := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	wanted, err := choose(names)
	if err != nil {
		return err
	}
	type outcome struct {
		variable string
		err      error
	}
	outcomes, ended := make(chan outcome), make(chan bool)
	for _, s := range wanted {
		go func() {
			defer func() { ended <- true }()
			runtime.LockOSThread() // the kernel ends a server with the thread that started it
			// A server must outlive the signal until Stop has ended it in order.
			server, err := s.start(context.WithoutCancel(ctx), dir)
			if err != nil {
				outcomes <- outcome{err: fmt.Errorf("%s: %w", s.name, err)}
				return
			}
			outcomes <- outcome{variable: s.variable + "=" + server.Value}
			<-ctx.Done()
			server.Stop()
		}()
	}
	var variables []string
	var failed error
	for range wanted {
		o := <-outcomes
		failed = errors.Join(failed, o.err)
		variables = append(variables, o.variable)
	}
	if failed == nil {
		slices.Sort(variables)
		failed = ready(variables)
	}
	if failed != nil {
		cancel()
	}
	for range wanted {
		<-ended
	}
	return failed
}

func choose(names []string) ([]service, error) {
	if len(names) == 0 {
		names = []string{"kafka", "minio", "postgres"}
	}
	var wanted []service
	for _, name := range names {
		i := slices.IndexFunc(services, func(s service) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no service is called %q; %s", name, usage)
		}
		wanted = append(wanted, services[i])
	}
	return wanted, nil
}

func envFile(dir string) string { return filepath.Join(dir, "env") }
func pidFile(dir string) string { return filepath.Join(dir, "pid") }

// start runs this program again in a session of its own, so that the services outlive the shell that asked for them.
func start(dir string, names []string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if _, err := choose(names); err != nil {
		return err
	}
	if pid, ok := running(dir); ok {
		return fmt.Errorf("services already run in %s, as process %d", dir, pid)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.Remove(envFile(dir)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "services.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(self, append([]string{"background", dir}, names...)...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-exited:
			said, _ := os.ReadFile(log.Name())
			return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(said)))
		case <-tick.C:
			if _, err := os.Stat(envFile(dir)); err == nil {
				return nil
			}
		}
	}
}

func background(dir string, names []string) error {
	if err := os.WriteFile(pidFile(dir), []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	err := run(context.Background(), data, names, func(variables []string) error {
		half := envFile(dir) + ".new"
		if err := os.WriteFile(half, []byte(strings.Join(variables, "\n")+"\n"), 0o600); err != nil {
			return err
		}
		return os.Rename(half, envFile(dir))
	})
	return errors.Join(err, os.RemoveAll(data), os.RemoveAll(envFile(dir)), os.RemoveAll(pidFile(dir)))
}

// running finds the process that start left in dir. The process must be one of this program on that very folder: a number in a
// file may by now be someone else's.
func running(dir string) (int, bool) {
	text, err := os.ReadFile(pidFile(dir))
	if err != nil {
		return 0, false
	}
	pid, err := strconv.Atoi(string(text))
	if err != nil {
		return 0, false
	}
	return pid, ours(pid, dir)
}

func ours(pid int, dir string) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && strings.Contains(string(line), "\x00background\x00"+dir+"\x00")
}

func stop(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	pid, ok := running(dir)
	if !ok {
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		return err
	}
	for range 600 {
		if !ours(pid, dir) {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("process %d does not end", pid)
}

func printEnv(dir string) error {
	text, err := os.ReadFile(envFile(dir))
	if err != nil {
		return fmt.Errorf("no services run in %s: %w", dir, err)
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		fmt.Printf("export %s='%s'\n", name, value)
	}
	return nil
}
