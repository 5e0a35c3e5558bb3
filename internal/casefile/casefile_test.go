package casefile_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"prportal.example/internal/casefile"
	"prportal.example/pkg/photocheck/report"
)

var actions = []casefile.Action{
	casefile.Upload, casefile.Report, casefile.Submit, casefile.AutoReturn, casefile.Queue, casefile.Decide, casefile.Undo,
	casefile.ReleaseAccept, casefile.ReleaseReturn, casefile.AskPerson,
}

func TestApplyIsTheTable(t *testing.T) {
	for _, s := range casefile.States() {
		for _, a := range actions {
			c := casefile.Case{ID: "c", State: s, Version: 7}
			err := c.Apply(a)
			next, allowed := casefile.Transitions[s][a]
			switch {
			case allowed && (err != nil || c.State != next || c.Version != 8):
				t.Errorf("%s --%s--> %s version %d, %v; want %s", s, a, c.State, c.Version, err, next)
			case !allowed && (!errors.Is(err, casefile.ErrTransition) || c.State != s || c.Version != 7):
				t.Errorf("%s --%s--> %s version %d, %v; want a refusal that changes nothing", s, a, c.State, c.Version, err)
			}
		}
	}
}

func TestEveryStateIsReachedAndOnlyAcceptedEnds(t *testing.T) {
	reached := map[casefile.State]bool{casefile.Open: true}
	for range casefile.States() {
		for s := range reached {
			for _, next := range casefile.Transitions[s] {
				reached[next] = true
			}
		}
	}
	for _, s := range casefile.States() {
		if !reached[s] {
			t.Errorf("%s can't be reached", s)
		}
		if (len(casefile.Transitions[s]) == 0) != (s == casefile.Accepted) {
			t.Errorf("%s leads to %v", s, casefile.Transitions[s])
		}
	}
}

// Nothing is accepted without an officer's decision.
func TestAcceptedComesOnlyFromAnOfficersDecision(t *testing.T) {
	for s, row := range casefile.Transitions {
		for a, next := range row {
			if next == casefile.Accepted && (s != casefile.Decided || a != casefile.ReleaseAccept) {
				t.Errorf("%s --%s--> accepted", s, a)
			}
			if next == casefile.Decided && a != casefile.Decide {
				t.Errorf("%s --%s--> decided", s, a)
			}
		}
	}
}

func TestDecide(t *testing.T) {
	for _, tc := range []struct {
		verdict report.Decision
		asked   bool
		returns int
		want    casefile.Action
	}{
		{report.DecisionPass, false, 0, casefile.Queue},
		{report.DecisionReview, false, 0, casefile.Queue},
		{report.DecisionReturn, false, 0, casefile.AutoReturn},
		{report.DecisionReturn, false, 1, casefile.AutoReturn},
		{report.DecisionReturn, false, 2, casefile.Queue},
		{report.DecisionReturn, true, 0, casefile.Queue},
		{"", false, 0, casefile.Queue},
	} {
		c := casefile.Case{PersonAsked: tc.asked, AutoReturns: tc.returns}
		if got := c.Decide(report.Report{Decision: tc.verdict}); got != tc.want {
			t.Errorf("%+v: %s", tc, got)
		}
	}
}

func TestLanes(t *testing.T) {
	asked := casefile.Case{PersonAsked: true}
	if l := asked.LaneOf(report.Report{Decision: report.DecisionPass}); l != casefile.LaneAsked {
		t.Errorf("asked: %s", l)
	}
	var c casefile.Case
	if l := c.LaneOf(report.Report{Decision: report.DecisionReview}); l != casefile.LaneFlagged {
		t.Errorf("flagged: %s", l)
	}
	lanes := casefile.Lanes()
	for i := 1; i < len(lanes); i++ {
		if lanes[i-1].Target() >= lanes[i].Target() {
			t.Errorf("targets of %s and %s", lanes[i-1], lanes[i])
		}
	}
}

// The diagram in docs/states.md is drawn from the table; UPDATE=1 writes it anew.
func TestTheDiagramIsTheTable(t *testing.T) {
	var b strings.Builder
	b.WriteString("# States of a case\n\nDrawn from `internal/casefile` by its test; `UPDATE=1 go test ./internal/casefile` writes it anew.\n\n```mermaid\nstateDiagram-v2\n    [*] --> open\n")
	for _, s := range casefile.States() {
		var lines []string
		for a, next := range casefile.Transitions[s] {
			lines = append(lines, fmt.Sprintf("    %s --> %s: %s\n", s, next, a))
		}
		slices.Sort(lines)
		b.WriteString(strings.Join(lines, ""))
	}
	b.WriteString("    accepted --> [*]\n```\n")
	const path = "../../docs/states.md"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Error("docs/states.md is not the table; run UPDATE=1 go test ./internal/casefile")
	}
}
