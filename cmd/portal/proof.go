package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"prportal.example/internal/proof"
	"prportal.example/internal/store"
)

// maxReason bounds the reason for revoking a proof, in bytes.
const maxReason = 4000

// proofCommand is "proof list" and "proof revoke".
func proofCommand(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	what := ""
	if len(args) > 0 {
		what = args[0]
	}
	if what != "list" && what != "revoke" {
		return misused(errors.New("proof: there are list and revoke"))
	}
	flags := newFlags(stderr)
	clientID, number, reason := new(string), new(string), new(string)
	if what == "list" {
		flags.StringVar(clientID, "client-id", "", "")
	} else {
		flags.StringVar(number, "number", "", "")
		flags.StringVar(reason, "reason", "", "")
	}
	if err := parse(flags, args[1:]); err != nil {
		return err
	}
	if *clientID == "" && *number == "" {
		return misused(fmt.Errorf("proof %s: an option is missing", what))
	}
	db, err := openStore(ctx, getenv)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.CheckSchema(ctx); err != nil {
		return err
	}
	if what == "list" {
		return listProofs(ctx, db, *clientID, stdout)
	}
	if *reason == "" {
		if *reason, err = readReason(stdin, stderr); err != nil {
			return err
		}
	}
	return revokeProof(ctx, db, *number, *reason, stdout)
}

func listProofs(ctx context.Context, db *store.Store, clientID string, stdout io.Writer) error {
	person, err := db.PersonByClientID(ctx, clientID)
	if err != nil {
		return fmt.Errorf("proof list: %w", err)
	}
	all, err := db.ProofsOfPerson(ctx, person.ID)
	if err != nil {
		return fmt.Errorf("proof list: %w", err)
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.Format(time.RFC3339)
	}
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NUMBER\tSTATE\tREQUESTED\tISSUED\tREVOKED\tATTEMPTS")
	for _, p := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\n", p.Number, p.State, at(p.RequestedAt), at(p.IssuedAt), at(p.RevokedAt), p.Attempts)
	}
	return table.Flush()
}

func revokeProof(ctx context.Context, db *store.Store, number, reason string, stdout io.Writer) error {
	number, err := proof.ParseNumber(number)
	if err != nil {
		return fmt.Errorf("proof revoke: %w", err)
	}
	p, err := db.ProofByNumber(ctx, number)
	if err != nil {
		return fmt.Errorf("proof revoke: %w", err)
	}
	err = proof.New(proof.Config{Store: db, Now: time.Now}).Revoke(ctx, proof.Revocation{ProofID: p.ID, Reason: reason})
	if errors.Is(err, store.ErrStale) {
		return fmt.Errorf("proof revoke: %s is revoked already", number)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s is revoked\n", number)
	return err
}

// readReason reads one line. What is written about a person need not stand in the shell's history.
func readReason(stdin io.Reader, stderr io.Writer) (string, error) {
	fmt.Fprintln(stderr, "Reason, for the office's record:")
	line, err := bufio.NewReader(io.LimitReader(stdin, maxReason)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the reason: %w", err)
	}
	if line = strings.TrimSpace(strings.ToValidUTF8(line, "")); line == "" {
		return "", errors.New("no reason came on standard input")
	}
	return line, nil
}
