package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"prportal.example/internal/daemon"
	"prportal.example/internal/embedded/objectstore"
)

// folder is the data folder; nothing outside it is written to.
type folder string

func (f folder) path(names ...string) string {
	return filepath.Join(append([]string{string(f)}, names...)...)
}

func (f folder) readyFile() string               { return f.path("ready.json") }
func (f folder) log(program string) string       { return f.path("logs", program+".log") }
func (f folder) listening(program string) string { return f.path("run", program+".json") }
func (f folder) databaseURL() string             { return "sqlite:" + f.path("prportal.db") }

// openFolder makes the folder and takes it for this process alone; release gives it back.
func openFolder(path string) (f folder, release func(), err error) {
	f = folder(path)
	for _, dir := range []string{path, f.path("logs"), f.path("run")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return f, nil, fmt.Errorf("data folder: %w", err)
		}
	}
	lock, err := os.OpenFile(f.path("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return f, nil, fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return f, nil, errors.Join(fmt.Errorf("another standalone already runs on %s; stop it, or choose another -data", path),
			lock.Close())
	}
	return f, func() { lock.Close() }, nil
}

// keys of the object store, one pair for each program, so that the validator cannot do what only the portal may.
type keys struct {
	Root      objectstore.Account `json:"root"`
	Portal    objectstore.Account `json:"portal"`
	Validator objectstore.Account `json:"validator"`
	Proofs    objectstore.Account `json:"proofs"`
}

// keys are made at the first start and kept; those of a program that is new are added.
func (f folder) keys() (keys, error) {
	var k keys
	path := f.path("keys.json")
	data, err := os.ReadFile(path)
	if err == nil {
		if err := json.Unmarshal(data, &k); err != nil {
			return k, fmt.Errorf("read %s: %w", path, err)
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		return k, err
	}
	added := false
	for name, account := range map[string]*objectstore.Account{"root": &k.Root, "portal": &k.Portal, "validator": &k.Validator,
		"proofs": &k.Proofs} {
		if account.AccessKey == "" {
			*account, added = objectstore.Account{AccessKey: name + "-" + rand.Text()[:8], SecretKey: rand.Text() + rand.Text()}, true
		}
	}
	if !added {
		return k, nil
	}
	if data, err = json.MarshalIndent(k, "", "  "); err != nil {
		return k, err
	}
	return k, daemon.WriteFile(path, append(data, '\n'), 0o600)
}
