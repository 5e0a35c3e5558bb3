package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"prportal.example/internal/account"
	"prportal.example/internal/store"
)

// addAccount is "officer add" and "applicant add".
func addAccount(ctx context.Context, who string, args []string, getenv func(string) string, stdin io.Reader,
	stdout, stderr io.Writer) (err error) {
	if len(args) == 0 || args[0] != "add" {
		return misused(fmt.Errorf("%s: the one thing to do is add", who))
	}
	flags := newFlags(stderr)
	username, clientID, supervisor := flags.String("username", "", ""), new(string), new(bool)
	if who == "officer" {
		flags.BoolVar(supervisor, "supervisor", false, "")
	} else {
		flags.StringVar(clientID, "client-id", "", "")
	}
	if err := parse(flags, args[1:]); err != nil {
		return err
	}
	if *username == "" || (who == "applicant" && *clientID == "") {
		return misused(fmt.Errorf("%s add: an option is missing", who))
	}
	password, err := readPassword(stdin, stderr)
	if err != nil {
		return err
	}
	accounts, done, err := openAccounts(ctx, getenv)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	var a store.Account
	if who == "officer" {
		a, err = accounts.AddOfficer(ctx, *username, password, *supervisor)
	} else {
		a, err = accounts.AddApplicant(ctx, *clientID, *username, password)
	}
	if err != nil {
		return fmt.Errorf("%s add: %w", who, err)
	}
	_, err = fmt.Fprintf(stdout, "%s %s can sign in\n", a.Role, a.Username)
	return err
}

// closeAccount is "account close".
func closeAccount(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) (err error) {
	if len(args) == 0 || args[0] != "close" {
		return misused(errors.New("account: the one thing to do is close"))
	}
	flags := newFlags(stderr)
	username := flags.String("username", "", "")
	if err := parse(flags, args[1:]); err != nil {
		return err
	}
	if *username == "" {
		return misused(errors.New("account close: an option is missing"))
	}
	accounts, done, err := openAccounts(ctx, getenv)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	a, err := accounts.Close(ctx, *username)
	if err != nil {
		return fmt.Errorf("account close: %w", err)
	}
	_, err = fmt.Fprintf(stdout, "%s %s can't sign in any more\n", a.Role, a.Username)
	return err
}

// openAccounts opens the accounts in the database; done closes it.
func openAccounts(ctx context.Context, getenv func(string) string) (accounts *account.Service, done func() error, err error) {
	db, err := openStore(ctx, getenv)
	if err != nil {
		return nil, nil, err
	}
	if err := db.CheckSchema(ctx); err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	if accounts, err = account.New(account.Config{Store: db, Now: time.Now}); err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return accounts, db.Close, nil
}

// readPassword reads one line: from a terminal without showing it. A password on the command line would stand in the
// process list and in the shell's history.
func readPassword(stdin io.Reader, stderr io.Writer) (string, error) {
	if f, ok := stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(stderr, "Password: ")
		typed, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(stderr)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return string(typed), nil
	}
	line, err := bufio.NewReader(io.LimitReader(stdin, 2*account.MaxPasswordBytes)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	if line == "" {
		return "", errors.New("no password came on standard input")
	}
	return line, nil
}
