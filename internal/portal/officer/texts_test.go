package officer

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"prportal.example/internal/casefile"
	"prportal.example/internal/office"
	"prportal.example/internal/portal/web"
	"prportal.example/internal/store"
	"prportal.example/pkg/photocheck/report"
)

// TestTexts loads them, which checks that both languages have the same keys and placeholders, and finds keys that nothing uses.
func TestTexts(t *testing.T) {
	texts, err := web.LoadTexts(files, "catalogue")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "catalogue") {
			return err
		}
		b, err := os.ReadFile(path)
		code.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	built := []string{"lane_", "skip_", "history_", "requires_", "check_", "decided_", "what_", "verdict_", "writes_",
		"office_", "mail_", "casestate_", "card_", "proof_", "declared_"}
	for key := range texts["en"] {
		prefix := slices.ContainsFunc(built, func(p string) bool { return strings.HasPrefix(key, p) })
		if !prefix && !strings.Contains(code.String(), `"`+key+`"`) {
			t.Errorf("nothing uses the text %q", key)
		}
	}
}

// TestTextsOfCodes asks for every text whose key is made from a code: one that is missing would only show on a page.
func TestTextsOfCodes(t *testing.T) {
	var keys []string
	for _, id := range report.CheckIDs() {
		keys = append(keys, "requires_"+string(id))
	}
	for _, result := range []string{"return", "review", "unknown", "pass", "ignore", "na"} {
		keys = append(keys, "check_"+result)
	}
	for _, lane := range casefile.Lanes() {
		keys = append(keys, "lane_"+string(lane), "lane_"+string(lane)+"_hint")
	}
	for _, action := range historyActions {
		keys = append(keys, "history_"+action)
	}
	for _, code := range skipReasons {
		keys = append(keys, "skip_"+code)
	}
	for _, outcome := range []casefile.Outcome{casefile.OutcomeAccept, casefile.OutcomeReturn} {
		keys = append(keys, "decided_"+string(outcome), "what_"+string(outcome))
	}
	for _, decision := range []report.Decision{report.DecisionPass, report.DecisionReview, report.DecisionReturn} {
		keys = append(keys, "verdict_"+string(decision))
	}
	keys = append(keys, officeKeys()...)
	say := english(t)
	for _, key := range append(keys, "writes_en", "writes_fr") {
		say(key) // panics without a text
	}
}

// officeKeys are those of the office's list.
func officeKeys() (keys []string) {
	for _, kind := range store.OfficeTaskKinds() {
		keys = append(keys, "office_kind_"+string(kind), "office_about_"+string(kind))
	}
	for _, o := range office.Outcomes() {
		keys = append(keys, "office_do_"+string(o), "office_hint_"+string(o), "office_outcome_"+string(o))
	}
	for _, action := range officeActions {
		keys = append(keys, "history_"+action)
	}
	for _, s := range casefile.States() {
		if s != casefile.Decided { // told as "in review"
			keys = append(keys, "casestate_"+string(s))
		}
	}
	for _, kind := range store.MailKinds() {
		keys = append(keys, "mail_"+string(kind))
	}
	for _, s := range []store.CardState{store.CardHeld, store.CardOrdered, store.CardMailed, store.CardReturned} {
		keys = append(keys, "card_"+string(s))
	}
	for _, s := range []store.ProofState{store.ProofRequested, store.ProofConfirmed, store.ProofIssued, store.ProofRevoked} {
		keys = append(keys, "proof_"+string(s))
	}
	for _, a := range []store.Answer{store.InCanada, store.NotInCanada} {
		keys = append(keys, "declared_"+string(a))
	}
	return append(keys, "office_outcome_settled", "casestate_withdrawn", "history_release_accept_held")
}
