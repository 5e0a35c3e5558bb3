package validation_test

import (
	"encoding/json"
	"io"
	"os"
	"testing"
	"time"

	"gocv.io/x/gocv"

	"prportal.example/internal/sandbox/wire"
	"prportal.example/internal/sandbox/worker"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// fused is the argument that makes this test binary a child which inspects photos and obeys those that are orders. Its other
// argument is the path of a file: see slow.
const fused = "fused-child"

// Orders: photos that the child does not inspect.
const (
	abort = "abort" // OpenCV throws
	hang  = "hang"
	slow  = "slow"  // makes the file, and answers once it is gone
	fault = "fault" // the engine fails in a check
)

// faultOfACheck is what the child then says.
const faultOfACheck = "glare: /some/folder can't be read"

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == fused {
		os.Exit(serveFused(os.Args[2]))
	}
	os.Exit(m.Run())
}

func tellFault(answers io.Writer, number uint32) error {
	rules, err := profile.Default()
	if err != nil {
		return err
	}
	said := faultOfACheck
	text, err := json.Marshal(profile.Judge(rules, report.Report{Error: &said}, nil))
	if err != nil {
		return err
	}
	return wire.Write(answers, wire.Message{Kind: wire.Result, Number: number, Parts: [][]byte{text, nil, nil}})
}

func serveFused(file string) int {
	requests, answers := os.NewFile(wire.RequestsFD, ""), os.NewFile(wire.AnswersFD, "")
	through, in := io.Pipe()
	go func() {
		defer in.Close()
		for {
			m, err := wire.Read(requests, wire.Setup, wire.Photo)
			if err != nil {
				return
			}
			switch string(m.Parts[0]) {
			case abort:
				nothing, out := gocv.NewMat(), gocv.NewMat()
				gocv.CvtColor(nothing, &out, gocv.ColorBGRToGray)
			case hang:
				select {}
			case slow:
				if os.WriteFile(file, nil, 0o600) != nil {
					return
				}
				for there := true; there; time.Sleep(5 * time.Millisecond) {
					_, err := os.Stat(file)
					there = err == nil
				}
			}
			if string(m.Parts[0]) == fault {
				if tellFault(answers, m.Number) != nil {
					return
				}
				continue
			}
			if wire.Write(in, m) != nil {
				return
			}
		}
	}()
	if worker.Serve(through, answers) != nil {
		return 1
	}
	return 0
}
