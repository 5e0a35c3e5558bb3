package servers

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// PostgresUser owns everything in the cluster.
const PostgresUser = "prportal"

// StartPostgres makes a cluster of its own and starts it. PostgreSQL refuses to run as root, so for root it runs as the
// package's user "postgres" and its data lies in the system's temporary folder, which that user can reach; otherwise under
// dir. Its Value is the URL of the database "postgres".
func StartPostgres(ctx context.Context, dir string) (*Server, error) {
	programs, err := postgresPrograms()
	if err != nil {
		return nil, err
	}
	owner, err := postgresOwner()
	if err != nil {
		return nil, err
	}
	if owner != nil {
		dir = "/tmp"
	}
	return attempts(func() (*Server, error) { return startPostgres(ctx, dir, programs, owner) })
}

// postgresPrograms is the folder of the newest installed version.
func postgresPrograms() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		if path, err := exec.LookPath("initdb"); err == nil {
			return filepath.Dir(path), nil
		}
		return "", &MissingError{What: "PostgreSQL"}
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(strings.Split(path, "/")[4])
		return n
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

// postgresOwner is nil when the server can run as whoever we are.
func postgresOwner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, &MissingError{What: "the user postgres, which PostgreSQL has to run as"}
	}
	uid, uidErr := strconv.ParseUint(account.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(account.Gid, 10, 32)
	if err := errors.Join(uidErr, gidErr); err != nil {
		return nil, fmt.Errorf("user postgres: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: false}, nil
}

func startPostgres(ctx context.Context, dir, programs string, owner *syscall.Credential) (_ *Server, err error) {
	home, err := os.MkdirTemp(dir, "prportal-postgres-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(home))
		}
	}()
	password := secret()
	passwordFile := filepath.Join(home, "password")
	if err := os.WriteFile(passwordFile, []byte(password), 0o600); err != nil {
		return nil, err
	}
	if owner != nil {
		for _, path := range []string{home, passwordFile} {
			if err := os.Chown(path, int(owner.Uid), int(owner.Gid)); err != nil {
				return nil, err
			}
		}
	}
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, filepath.Join(programs, name), args...)
		cmd.Dir = home
		cmd.Env = []string{"LC_ALL=C.UTF-8", "TZ=UTC", "PATH=/usr/bin:/bin"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
		return cmd
	}
	data := filepath.Join(home, "data")
	initdb := command("initdb", "-D", data, "-U", PostgresUser, "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8",
		"--locale=C.UTF-8", "--no-sync")
	var said bytes.Buffer
	initdb.Stdout, initdb.Stderr = &said, &said
	if err := initdb.Run(); err != nil {
		return nil, fmt.Errorf("make a PostgreSQL cluster: %w: %s", err, strings.TrimSpace(said.String()))
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	// fsync is off since the data ends with the test run; what is tested is not the disk.
	p, err := launch(command("postgres", "-D", data, "-h", "127.0.0.1", "-p", strconv.Itoa(port), "-c", "unix_socket_directories=",
		"-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB"), home, "postgres")
	if err != nil {
		return nil, err
	}
	address := url.URL{Scheme: "postgres", User: url.UserPassword(PostgresUser, password), Host: localhost(port),
		Path: "/postgres", RawQuery: "sslmode=disable"}
	if err := p.await(ctx, pings(address.String())); err != nil {
		p.end(syscall.SIGQUIT)
		return nil, err
	}
	return &Server{Value: address.String(), stop: func() {
		p.end(syscall.SIGQUIT) // at once, without a last checkpoint
		_ = os.RemoveAll(home) // a leftover in the temporary folder is not worth an error
	}}, nil
}

func pings(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		db, err := sql.Open("pgx", address)
		if err != nil {
			return err
		}
		return errors.Join(db.PingContext(ctx), db.Close())
	}
}
