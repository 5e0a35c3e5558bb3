package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"prportal.example/internal/daemon"
)

// ready is what DIR/ready.json holds: where everything is, once everything is ready. Addresses are absolute.
type ready struct {
	Portal   string            `json:"portal"`
	Officer  string            `json:"officer"`
	Inbox    string            `json:"inbox"`
	Metrics  map[string]string `json:"metrics"`  // by program, with the path
	Kafka    string            `json:"kafka"`    // broker, and
	Database string            `json:"database"` // URL, for one-off commands such as "portal card"
	Samples  string            `json:"samples"`  // folder, empty when not given
	SignIns  []signIn          `json:"signins"`
	Invited  []invited         `json:"invited,omitempty"` // who is sent an invitation at the first start
}

// invited is a person of the demonstration who has no account yet: the invitation lies in the inbox.
type invited struct {
	Name      string `json:"name"`
	Email     string `json:"email"`
	BirthDate string `json:"birth_date"`
}

// signIn is one demonstration account.
type signIn struct {
	Role     string `json:"role"` // "applicant" or "officer"
	Username string `json:"username"`
	Password string `json:"password"`
}

func (r ready) write(path string) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return daemon.WriteFile(path, append(data, '\n'), 0o600)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// print tells the same to people.
func (r ready) print(w io.Writer, data string) {
	var b strings.Builder
	fmt.Fprintf(&b, "\nReady. This is a demonstration, not a government site.\n\n")
	fmt.Fprintf(&b, "  applicants   %s/\n  officers     %s/\n  mail inbox   %s/\n", r.Portal, r.Officer, r.Inbox)
	fmt.Fprintf(&b, "  metrics      %s\n               %s\n               %s\n               %s\n", r.Metrics["portal"], r.Metrics["validator"],
		r.Metrics["proofs"], r.Metrics["ingest"])
	fmt.Fprintf(&b, "  all data     %s\n", data)
	if r.Samples != "" {
		fmt.Fprintf(&b, "  photos       %s\n", r.Samples)
	}
	if len(r.SignIns) > 0 {
		fmt.Fprintf(&b, "\n  sign in as   username             password\n")
		for _, s := range r.SignIns {
			fmt.Fprintf(&b, "  %-12s %-20s %s\n", s.Role, s.Username, s.Password)
		}
	}
	if len(r.Invited) > 0 {
		fmt.Fprintf(&b, "\n  %d invitations went to the mail inbox at the first start. Their links ask for the birth date:\n", len(r.Invited))
		for _, i := range r.Invited {
			fmt.Fprintf(&b, "  %-12s %-30s %s\n", i.BirthDate, i.Name, i.Email)
		}
	}
	fmt.Fprintf(&b, "\nCtrl-C stops it; the data stays.\n")
	_, _ = io.WriteString(w, b.String())
}

// listening waits until a program has written where it listens. ended tells that it never will.
func listening(ctx context.Context, path string) (daemon.Listening, error) {
	var l daemon.Listening
	err := poll(ctx, func() (bool, error) {
		data, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			return false, nil
		}
		if err == nil {
			err = json.Unmarshal(data, &l)
		}
		return err == nil, err
	})
	return l, err
}

// green waits until the program with this ops listener says that it is ready.
func green(ctx context.Context, ops string) error {
	return poll(ctx, func() (bool, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+ops+"/readyz", nil)
		if err != nil {
			return false, err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false, nil
		}
		defer response.Body.Close()
		_, _ = io.Copy(io.Discard, response.Body) // so that the connection is used again
		return response.StatusCode == http.StatusOK, nil
	})
}

func poll(ctx context.Context, there func() (bool, error)) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := there(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
