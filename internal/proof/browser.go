package proof

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	printDeadline = 20 * time.Second
	// maxData bounds the data of each of the browser's processes; half of that is enough for one page.
	maxData = 768 << 20
	// maxDocument is far above what one page with its fonts has.
	maxDocument = 4 << 20

	folderPattern = "prportal-proof-*"
	folderMaxAge  = time.Hour
)

// ErrNoBrowser means that Chromium is not there.
var ErrNoBrowser = errors.New("Chromium is not installed")

var errTooLong = errors.New("it took too long")

// Browser prints HTML to PDF with a headless Chromium: one run for each document, with an empty profile, a deadline, a bound on
// memory, without network, and without anything of this process's environment.
type Browser struct {
	program  string
	deadline time.Duration
	isolate  syscall.SysProcAttr
	sandbox  bool // Chromium's own, which it does not have as root
}

// NewBrowser describes the browser; whether it is there is asked at each use, so that it can be installed later.
func NewBrowser(program string) *Browser {
	b := &Browser{program: program, deadline: printDeadline}
	b.isolate, b.sandbox = isolation(os.Getuid(), os.Getgid())
	return b
}

// Describe says, for the log, what keeps the browser in.
func (b *Browser) Describe() (noNetwork, sandbox bool) { return b.isolate.Cloneflags != 0, b.sandbox }

// isolation finds what this machine allows: a network of the browser's own, with nothing in it, and name spaces for Chromium's sandbox.
func isolation(uid, gid int) (attr syscall.SysProcAttr, sandbox bool) {
	own := syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if uid != 0 {
		own.Cloneflags |= syscall.CLONE_NEWUSER
		own.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		own.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	}
	probe := exec.Command("/bin/true")
	probe.SysProcAttr = &own
	if probe.Run() != nil {
		return syscall.SysProcAttr{}, false
	}
	return own, uid != 0
}

// Settle tries the browser on an empty page and gives up, one after the other, what does not work on this machine: name spaces may
// be there and of no use, as where a security module takes the rights in them away. It must be done before the first use, or never.
func (b *Browser) Settle(ctx context.Context) {
	try := *b
	for _, weaken := range []func(){func() {}, func() { try.sandbox = false }, func() { try.isolate = syscall.SysProcAttr{} }} {
		weaken()
		_, err := try.Print(ctx, []byte("<!DOCTYPE html><title>-</title>"))
		if err == nil {
			*b = try
		}
		if err == nil || errors.Is(err, errTooLong) || ctx.Err() != nil { // a busy machine is no reason
			return
		}
	}
}

func (b *Browser) find() (string, error) {
	path, err := exec.LookPath(b.program)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	return path, nil
}

// Ready tells whether the browser is there.
func (b *Browser) Ready(context.Context) error {
	_, err := b.find()
	return err
}

// Print returns a page as PDF. The HTML has to be whole in itself.
func (b *Browser) Print(ctx context.Context, html []byte) (pdf []byte, err error) {
	path, err := b.find()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", folderPattern)
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	source, out := filepath.Join(folder, "proof.html"), filepath.Join(folder, "proof.pdf")
	if err := os.WriteFile(source, html, 0o600); err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, b.deadline, fmt.Errorf("%w: over %v", errTooLong, b.deadline))
	defer cancel()
	if err := b.run(ctx, path, folder, source, out); err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	return readDocument(out)
}

func (b *Browser) run(ctx context.Context, path, folder, source, out string) error {
	args := []string{"-c", `ulimit -c 0; ulimit -d "$0" && exec "$@"`, strconv.Itoa(maxData >> 10), path,
		"--headless", "--print-to-pdf=" + out, "--no-pdf-header-footer", "--user-data-dir=" + filepath.Join(folder, "profile"),
		"--user-agent=prportal", "--js-flags=--jitless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-breakpad",
		"--disable-crash-reporter", "--no-first-run", "--no-default-browser-check", "--mute-audio",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>"}
	if !b.sandbox {
		args = append(args, "--no-sandbox")
	}
	cmd := exec.CommandContext(ctx, "/bin/sh", append(args, "file://"+source)...)
	// Nothing of our own environment, where the keys to the database are.
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + folder, "TMPDIR=" + folder, "XDG_CONFIG_HOME=" + folder,
		"XDG_CACHE_HOME=" + folder, "LANG=C.UTF-8", "TZ=UTC"}
	cmd.Dir = folder
	attr := b.isolate
	attr.Setpgid, attr.Pdeathsig = true, syscall.SIGKILL
	cmd.SysProcAttr = &attr
	// The browser has many processes; all of them are in its group.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	// The kernel kills the browser when the thread that started it ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Run()
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // whoever of the group outlives the first
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("the browser ended: %w", err)
	}
	return nil
}

func readDocument(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.New("print: the browser made no document")
	}
	defer f.Close()
	pdf, err := io.ReadAll(io.LimitReader(f, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("print: %w", err)
	}
	if len(pdf) > maxDocument || !strings.HasPrefix(string(pdf[:min(len(pdf), 5)]), "%PDF-") {
		return nil, fmt.Errorf("print: what the browser made is no document: %d bytes", len(pdf))
	}
	return pdf, nil
}

// sweepFolders removes what a process that was killed has left: pages with personal data on them.
func sweepFolders(now time.Time) error {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), folderPattern))
	for _, folder := range left {
		info, statErr := os.Stat(folder)
		if statErr == nil && now.Sub(info.ModTime()) > folderMaxAge {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}
	return err
}
