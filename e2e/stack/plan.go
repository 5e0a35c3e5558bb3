package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"prportal.example/internal/daemon"
	"prportal.example/internal/testenv/servers"
)

// plan reads the compose file, puts the servers of here in the places of its own, and returns the programs to run with the
// address of the database.
func (s *system) plan(ctx context.Context) ([]program, string, error) {
	env := daemon.NewEnv(s.getenv)
	kafka, store, postgres := env.Required("TESTENV_KAFKA"), env.Required("TESTENV_MINIO"), env.Required("TESTENV_POSTGRES")
	if err := env.Err(); err != nil {
		return nil, "", fmt.Errorf("tools/services.sh starts the servers: %w", err)
	}
	storeURL, err := url.Parse(store)
	if err != nil {
		return nil, "", err
	}
	postgresURL, err := url.Parse(postgres)
	if err != nil {
		return nil, "", err
	}
	given := secrets{"MINIO_ROOT_USER": storeURL.User.Username()}
	given["MINIO_ROOT_PASSWORD"], _ = storeURL.User.Password()
	given["POSTGRES_PASSWORD"], _ = postgresURL.User.Password()
	c, err := readCompose(s.options.compose, given.of)
	if err != nil {
		return nil, "", err
	}
	programs, err := resolve(c, place{
		servers: map[string]string{"kafka": kafka, "minio": storeURL.Host, "postgres": postgresURL.Host, "mail": s.mail},
		bin:     s.options.bin, models: s.options.models, folder: filepath.Dir(s.options.compose), set: s.options.set,
		freePort: freePort,
	})
	if err != nil {
		return nil, "", err
	}
	tools, err := s.tools()
	if err != nil {
		return nil, "", err
	}
	for i := range programs {
		if programs[i].oneShot {
			programs[i].env["PATH"] = tools + ":" + s.getenv("PATH")
			programs[i].env["MC_CONFIG_DIR"] = filepath.Join(s.options.data, "mc")
		}
	}
	database, err := databaseOf(programs)
	if err != nil {
		return nil, "", err
	}
	return programs, database, newDatabase(ctx, postgresURL, database)
}

// tools is a folder with what a container of the compose file has and this machine may lack: MinIO's client, under its own name.
func (s *system) tools() (string, error) {
	client, err := servers.MinIOClient()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(s.options.data, "tools")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	link := filepath.Join(folder, "mc")
	return folder, errors.Join(os.RemoveAll(link), os.Symlink(client, link))
}

// databaseOf is the one database that the programs use.
func databaseOf(programs []program) (string, error) {
	var found []string
	for _, p := range programs {
		if address := p.env["PRPORTAL_DATABASE_URL"]; address != "" && !slices.Contains(found, address) {
			found = append(found, address)
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("the services name %d databases, want one", len(found))
	}
	return found[0], nil
}

// newDatabase makes the database anew. server is for tests only, so nothing of value is lost with what an earlier run left there.
func newDatabase(ctx context.Context, server *url.URL, database string) error {
	address, err := url.Parse(database)
	if err != nil {
		return err
	}
	name := strings.TrimPrefix(address.Path, "/")
	odd := func(r rune) bool { return r < 'a' || r > 'z' }
	if name == "" || strings.ContainsFunc(name, odd) || address.User.Username() != server.User.Username() {
		return fmt.Errorf("database %q of %q can't be made by %q", name, address.User.Username(), server.User.Username())
	}
	db, err := sql.Open("pgx", server.String())
	if err != nil {
		return err
	}
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name} {
		if _, err = db.ExecContext(ctx, statement); err != nil {
			err = fmt.Errorf("%s: %w", statement, err)
			break
		}
	}
	return errors.Join(err, db.Close())
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}
