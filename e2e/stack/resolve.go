package main

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// program is one container of the compose file as a process of this machine.
type program struct {
	name    string // of the service, with a number where there are several
	path    string
	args    []string
	env     map[string]string
	oneShot bool
}

// programs are what a container's command can begin with; they lie in the folder of programs.
var programs = []string{"portal", "validator", "ingest"}

// place holds what is here in place of the containers' world.
type place struct {
	servers  map[string]string // name of a service that is not ours → host:port of here
	bin      string
	models   string
	folder   string            // of the compose file, from which it mounts folders
	set      map[string]string // settings that differ from the file's
	freePort func() (int, error)
}

// resolve gives the processes that the file describes, each behind those that it waits for. Whatever of their environment
// it can't put in its place is an error, so that the file and the programs can't drift apart unseen.
func resolve(c compose, p place) ([]program, error) {
	order, err := c.order()
	if err != nil {
		return nil, err
	}
	// Addresses that a program listens on, by the port that the file publishes them at, for addresses that browsers use.
	published := map[string]string{}
	var all []program
	for _, name := range order {
		s := c.Services[name]
		for n := range s.copies() {
			one, err := p.program(name, s, published, n)
			if err != nil {
				return nil, fmt.Errorf("service %q: %w", name, err)
			}
			if s.copies() > 1 {
				one.name += "-" + strconv.Itoa(n+1)
			}
			one.oneShot = c.oneShot(name)
			all = append(all, one)
		}
	}
	used := map[string]bool{}
	for i := range all {
		for variable, value := range all[i].env {
			if value, err = p.value(variable, value, published); err != nil {
				return nil, fmt.Errorf("service %q: %s: %w", all[i].name, variable, err)
			}
			if instead, ok := p.set[variable]; ok {
				value, used[variable] = instead, true
			}
			all[i].env[variable] = value
		}
	}
	for variable := range p.set {
		if !used[variable] {
			return nil, fmt.Errorf("no service has %s, so it can't be set otherwise", variable)
		}
	}
	return all, nil
}

func (p place) program(name string, s service, published map[string]string, copied int) (program, error) {
	one := program{name: name, env: maps.Clone(map[string]string(s.Environment))}
	command := slices.Concat(s.Entrypoint, s.Command)
	switch {
	case len(command) > 0 && slices.Contains(programs, command[0]):
		one.path, one.args = filepath.Join(p.bin, command[0]), command[1:]
	case len(command) == 2 && command[0] == "/bin/sh":
		one.path, one.args = command[0], []string{p.mounted(s, command[1])}
	default:
		return program{}, fmt.Errorf("command %q begins with none of %v and is no script", command, programs)
	}
	for _, variable := range slices.Sorted(maps.Keys(one.env)) {
		if !strings.HasSuffix(variable, "LISTEN") {
			continue
		}
		_, port, err := net.SplitHostPort(one.env[variable])
		if err != nil {
			return program{}, fmt.Errorf("%s: %w", variable, err)
		}
		free, err := p.freePort()
		if err != nil {
			return program{}, err
		}
		one.env[variable] = net.JoinHostPort("127.0.0.1", strconv.Itoa(free))
		for _, mapping := range s.Ports {
			parts := strings.Split(mapping, ":")
			if parts[len(parts)-1] == port && copied == 0 {
				published[parts[max(0, len(parts)-2)]] = one.env[variable]
			}
		}
	}
	return one, nil
}

var hostPort = regexp.MustCompile(`([A-Za-z0-9][A-Za-z0-9.-]*):([0-9]+)`)

// mounted is a path of a container as a path of here.
func (p place) mounted(s service, file string) string {
	for _, volume := range s.Volumes {
		from, to, _ := strings.Cut(volume, ":")
		to, _, _ = strings.Cut(to, ":")
		if rest, ok := strings.CutPrefix(file, to+"/"); ok && strings.HasPrefix(from, ".") {
			return filepath.Join(p.folder, from, rest)
		}
	}
	return file
}

// value puts the addresses of here into one variable's value.
func (p place) value(variable, value string, published map[string]string) (string, error) {
	switch {
	case strings.HasSuffix(variable, "LISTEN"):
		return value, nil
	case variable == "PRPORTAL_MODELS":
		return p.models, nil
	}
	if address, err := url.Parse(value); err == nil && address.Scheme != "" && address.Host != "" {
		if address.Hostname() == "localhost" || address.Hostname() == "127.0.0.1" {
			if address.Host = published[address.Port()]; address.Host == "" {
				return "", fmt.Errorf("no service of ours is published for %s", value)
			}
		} else if address.Host, err = p.server(address.Host); err != nil {
			return "", err
		}
		return address.String(), nil
	}
	var failed error
	value = hostPort.ReplaceAllStringFunc(value, func(found string) string {
		here, err := p.server(found)
		failed = errors.Join(failed, err)
		return here
	})
	return value, failed
}

// server is what stands in for a service's address.
func (p place) server(address string) (string, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	here := p.servers[host]
	if here == "" {
		return "", fmt.Errorf("nothing of here stands in for %s", address)
	}
	return here, nil
}
