package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"prportal.example/internal/daemon"
	"prportal.example/internal/inbox"
)

// startTimeout is for a busy machine.
const startTimeout = 2 * time.Minute

// system is one running stack.
type system struct {
	options options
	getenv  func(string) string
	log     *slog.Logger

	stopPrograms, stopServers context.CancelFunc
	children, servers         sync.WaitGroup
	mail                      string // where the inbox takes mail
	pages                     string // where it shows it
}

// ready is what ready.json holds: what standalone's does, and what only these journeys need.
type ready struct {
	Portal   string            `json:"portal"`
	Officer  string            `json:"officer"`
	Inbox    string            `json:"inbox"`
	Metrics  map[string]string `json:"metrics"`
	Samples  string            `json:"samples"`
	SignIns  []signIn          `json:"signins"`
	Database string            `json:"database"`
}

type signIn struct {
	Role     string `json:"role"`
	Username string `json:"username"`
	Password string `json:"password"`
}

func (s *system) serve(ctx context.Context) error {
	for _, dir := range []string{"logs", "run"} {
		if err := os.MkdirAll(filepath.Join(s.options.data, dir), 0o700); err != nil {
			return err
		}
	}
	readyFile := filepath.Join(s.options.data, "ready.json")
	if err := os.RemoveAll(readyFile); err != nil {
		return err
	}
	if err := s.startInbox(); err != nil {
		return err
	}
	r, err := s.start(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := daemon.WriteFile(readyFile, append(text, '\n'), 0o600); err != nil {
		return err
	}
	<-ctx.Done()
	return os.RemoveAll(readyFile)
}

// end stops the programs, then what they depend on.
func (s *system) end() error {
	if s.stopPrograms != nil {
		s.stopPrograms()
	}
	s.children.Wait()
	if s.stopServers != nil {
		s.stopServers()
	}
	s.servers.Wait()
	return nil
}

func (s *system) startInbox() error {
	box, err := inbox.Open(inbox.Config{Dir: filepath.Join(s.options.data, "inbox"), Now: time.Now, Logger: s.log})
	if err != nil {
		return err
	}
	handler, err := box.Handler()
	if err != nil {
		return err
	}
	mail, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	pages, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, mail.Close())
	}
	s.mail, s.pages = mail.Addr().String(), "http://"+pages.Addr().String()
	var ctx context.Context
	ctx, s.stopServers = context.WithCancel(context.Background())
	for _, serve := range []func() error{
		func() error { return box.ServeSMTP(ctx, mail) },
		func() error { return daemon.Serve(ctx, pages, handler, s.log) },
	} {
		s.servers.Go(func() {
			if err := serve(); err != nil {
				s.log.Error("mail inbox ended", "error", err)
			}
		})
	}
	return nil
}

// start runs the one-shot programs to their end and the others until they are ready, in the order in which they wait for each
// other.
func (s *system) start(ctx context.Context) (ready, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	programs, database, err := s.plan(ctx)
	if err != nil {
		return ready{}, err
	}
	r := ready{Inbox: s.pages, Metrics: map[string]string{}, Database: database}
	var childContext context.Context
	childContext, s.stopPrograms = context.WithCancel(context.Background())
	var waiting []program
	var admin program // a portal with all settings, to make accounts with
	for _, p := range programs {
		if p.oneShot {
			if err := s.once(ctx, p, ""); err != nil {
				return ready{}, err
			}
			continue
		}
		p.env[daemon.ReadyFileVariable] = filepath.Join(s.options.data, "run", p.name+".json")
		if err := os.RemoveAll(p.env[daemon.ReadyFileVariable]); err != nil {
			return ready{}, err
		}
		s.children.Go(func() { s.keep(childContext, p) })
		waiting = append(waiting, p)
		if p.name == "portal" {
			admin = p
			r.Portal, r.Officer = p.env["PRPORTAL_PUBLIC_URL"], p.env["PRPORTAL_OFFICER_URL"]
		}
	}
	if r.Portal == "" {
		return ready{}, errors.New("no service runs the portal")
	}
	for _, p := range waiting {
		listening, err := s.green(ctx, p.env[daemon.ReadyFileVariable])
		if err != nil {
			return ready{}, fmt.Errorf("%s does not get ready: %w; see %s", p.name, err, filepath.Join(s.options.data, "logs"))
		}
		r.Metrics[p.name] = "http://" + listening.Ops + "/metrics"
	}
	r.SignIns, err = s.accounts(ctx, admin)
	return r, err
}

// green waits until a program has written where it listens and says that it is ready.
func (s *system) green(ctx context.Context, path string) (daemon.Listening, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var l daemon.Listening
	var last error
	for {
		select {
		case <-ctx.Done():
			return l, errors.Join(ctx.Err(), last)
		case <-tick.C:
		}
		text, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(text, &l)
		}
		if err == nil {
			err = answers(ctx, "http://"+l.Ops+"/readyz")
		}
		if last = err; err == nil {
			return l, nil
		}
	}
}

func answers(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s says %s", address, response.Status)
	}
	return nil
}

// people is who signs in; an invented family, taken in as any approved application is.
const people = `{"application":"E2E-1","client_id":"9900-1001","principal":true,"given_names":"Samir","family_name":"Okonedo",` +
	`"birth_date":"1979-11-02","email":"samir@people.example","language":"en"}` + "\n"

func (s *system) accounts(ctx context.Context, admin program) ([]signIn, error) {
	admin.env = maps.Clone(admin.env)
	delete(admin.env, daemon.ReadyFileVariable)
	ingest := admin
	ingest.name, ingest.path, ingest.args = "ingest", filepath.Join(s.options.bin, "ingest"), []string{"applications", "-invite=false", "-"}
	if err := s.once(ctx, ingest, people); err != nil {
		return nil, err
	}
	signIns := []signIn{{Role: "applicant", Username: "samir"}, {Role: "officer", Username: "officer"},
		{Role: "officer", Username: "officer2"}}
	for i := range signIns {
		one := &signIns[i]
		one.Password = strings.ToLower(secrets{}.of(one.Username))
		account := admin
		account.name, account.args = one.Role+" add", []string{one.Role, "add", "-username", one.Username}
		if one.Role == "applicant" {
			account.args = append(account.args, "-client-id", "9900-1001")
		}
		if err := s.once(ctx, account, one.Password+"\n"); err != nil {
			return nil, err
		}
	}
	return signIns, nil
}
