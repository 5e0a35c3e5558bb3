package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"
)

// options are the command line's, with absolute paths and real ports.
type options struct {
	data    string // everything that is kept lies under this folder
	bin     string // where portal, validator and ingest are
	models  string // empty: the validator looks beside its executable
	samples string // photos to try; shown, not used

	applicants, officers, inbox, smtp  string // host:port
	portalOps, validatorOps, ingestOps string

	undo time.Duration
	demo bool
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("standalone", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.data, "data", "./var", "`folder` that holds all data")
	flags.StringVar(&o.bin, "bin", "", "`folder` with portal, validator and ingest (default: beside this program)")
	flags.StringVar(&o.models, "models", "", "`folder` with the models (default: where the validator looks by itself)")
	flags.StringVar(&o.samples, "samples", "", "`folder` with sample photos, named in what is printed")
	flags.StringVar(&o.applicants, "listen", "127.0.0.1:8080", "`address` of the applicants' pages; port 0 means a free one, here and below")
	flags.StringVar(&o.officers, "officer", "127.0.0.1:8081", "`address` of the officers' pages")
	flags.StringVar(&o.inbox, "inbox", "127.0.0.1:8082", "`address` of the mail inbox's pages")
	flags.StringVar(&o.smtp, "smtp", "127.0.0.1:0", "`address` at which the inbox takes mail")
	flags.StringVar(&o.portalOps, "portal-ops", "127.0.0.1:0", "`address` of the portal's metrics")
	flags.StringVar(&o.validatorOps, "validator-ops", "127.0.0.1:0", "`address` of the validator's metrics")
	flags.StringVar(&o.ingestOps, "ingest-ops", "127.0.0.1:0", "`address` of ingest's metrics")
	flags.DurationVar(&o.undo, "undo", 60*time.Second, "`time` in which an officer can take a decision back")
	flags.BoolVar(&o.demo, "demo", false, "make demonstration families and sign-ins on first start")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unknown argument %q; all settings are flags: see -h", flags.Arg(0))
	}
	if o.undo < 0 {
		return o, errors.New("-undo must not be negative")
	}
	if o.bin == "" {
		self, err := os.Executable()
		if err != nil {
			return o, fmt.Errorf("find this program's folder: %w; give it with -bin", err)
		}
		o.bin = filepath.Dir(self)
	}
	for _, path := range []*string{&o.data, &o.bin, &o.models, &o.samples} {
		if *path == "" {
			continue
		}
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return o, err
		}
		*path = absolute
	}
	return o, o.fixPorts()
}

// fixPorts puts real ports in place of 0: the pages' public addresses have to be known before the programs listen, and stay
// the same when one is started again. It fails where somebody else listens.
func (o *options) fixPorts() error {
	var open []net.Listener
	defer func() {
		for _, l := range open { // all at the end, so that no port is given out twice
			l.Close()
		}
	}()
	for name, addr := range map[string]*string{"listen": &o.applicants, "officer": &o.officers, "inbox": &o.inbox,
		"smtp": &o.smtp, "portal-ops": &o.portalOps, "validator-ops": &o.validatorOps,
		"ingest-ops": &o.ingestOps} {
		listener, err := net.Listen("tcp", *addr)
		if err != nil {
			return fmt.Errorf("-%s: %w; choose another address, or port 0 for a free one", name, err)
		}
		open = append(open, listener)
		*addr = listener.Addr().String()
	}
	return nil
}

// web is the address that a browser on this machine uses.
func web(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return "http://localhost:" + port
	}
	return "http://" + addr
}
