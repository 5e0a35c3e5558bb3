// Package worker is the child's side of the sandbox: it limits itself, opens the models and inspects one photo after the
// other. A C++ exception or a memory limit ends the process; that is what it is for.
package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"prportal.example/internal/sandbox/wire"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// Main answers until the parent closes its end, and gives the exit status of the process.
func Main() int {
	requests, answers := os.NewFile(wire.RequestsFD, "requests"), os.NewFile(wire.AnswersFD, "answers")
	if err := Serve(requests, answers); err != nil {
		fmt.Fprintln(os.Stderr, "sandbox child:", err)
		return 1
	}
	return 0
}

// Serve is Main on any pair of streams.
func Serve(requests io.Reader, answers io.Writer) error {
	m, err := wire.Read(requests, wire.Setup)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	inspector, err := open(m.Parts[0])
	if err != nil {
		return errors.Join(err, fault(answers, 0, err))
	}
	defer inspector.Close() //nolint:errcheck // the process ends
	engine, err := json.Marshal(inspector.Engine())
	if err != nil {
		return err
	}
	if err := wire.Write(answers, wire.Message{Kind: wire.Ready, Parts: [][]byte{engine}}); err != nil {
		return fmt.Errorf("say that it is ready: %w", err)
	}
	for {
		m, err := wire.Read(requests, wire.Photo)
		if errors.Is(err, io.EOF) {
			return nil // the parent wants no more
		}
		if err != nil {
			return fmt.Errorf("read a photo: %w", err)
		}
		if err := answer(answers, m.Number, inspector, m.Parts[0], m.Parts[1]); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
}

func open(settings []byte) (*photocheck.Inspector, error) {
	var s wire.Settings
	if err := json.Unmarshal(settings, &s); err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	if err := limit(s); err != nil {
		return nil, err
	}
	p, err := profile.Default()
	if len(s.Profile) > 0 {
		p, err = profile.Load(s.Profile)
	}
	if err != nil {
		return nil, err
	}
	return photocheck.New(photocheck.Config{Models: s.Models, Profile: p, Finder: s.Finder})
}

// limit bounds this process. The address space stays unbounded, since the Go runtime reserves far more of it than it uses.
func limit(s wire.Settings) error {
	if s.Memory > 0 {
		bytes := s.Memory + detector
		if err := unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: bytes, Max: bytes}); err != nil {
			return fmt.Errorf("limit memory: %w", err)
		}
	}
	// A core dump would be a picture of somebody's photo on the disk.
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("limit core dumps: %w", err)
	}
	if s.Nice != 0 {
		// By the group, which is the child's own, since it reaches all of its threads.
		if err := unix.Setpriority(unix.PRIO_PGRP, 0, s.Nice); err != nil {
			return fmt.Errorf("lower priority: %w", err)
		}
	}
	return nil
}

// inspect looks at a photo, and at the crop that was asked for unless there is none.
func inspect(inspector *photocheck.Inspector, photo, asked []byte) (photocheck.Result, error) {
	if len(asked) == 0 {
		return inspector.InspectAndRender(context.Background(), photo)
	}
	var crop report.Rect
	if err := json.Unmarshal(asked, &crop); err != nil {
		return photocheck.Result{}, fmt.Errorf("the crop that was asked for: %w", err)
	}
	return inspector.InspectCrop(context.Background(), photo, crop)
}

func answer(w io.Writer, number uint32, inspector *photocheck.Inspector, photo, asked []byte) error {
	result, err := inspect(inspector, photo, asked)
	if err != nil {
		return fault(w, number, err)
	}
	text, err := json.Marshal(result.Report)
	if err != nil {
		return fault(w, number, err)
	}
	if len(text) > report.MaxBytes {
		return fault(w, number, fmt.Errorf("the report has %d bytes", len(text)))
	}
	m := wire.Message{Kind: wire.Result, Number: number, Parts: [][]byte{text, nil, nil}}
	for i, img := range []*photocheck.Image{result.Rendition, result.Print} {
		if img == nil {
			continue
		}
		if len(img.JPEG) > wire.MaxPicture {
			return fault(w, number, fmt.Errorf("a rendition has %d bytes", len(img.JPEG)))
		}
		m.Parts[1+i] = img.JPEG
	}
	return wire.Write(w, m)
}

// fault tells the parent what the engine complains about.
func fault(w io.Writer, number uint32, cause error) error {
	text := strings.ToValidUTF8(cause.Error(), "")
	return wire.Write(w, wire.Message{Kind: wire.Fault, Number: number, Parts: [][]byte{[]byte(text[:min(len(text), wire.MaxFault)])}})
}
