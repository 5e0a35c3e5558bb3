package ingest_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
)

const header = "application,client_id,given_names,family_name,birth_date,email,language,principal"

// row is a line of CSV under header.
func row(clientID, familyName string) string {
	return "A-1," + clientID + ",Zoë," + familyName + ",1990-01-02,zoe@people.example,fr,true"
}

func TestP7CSVInEveryDress(t *testing.T) {
	for name, text := range map[string]string{
		"plain":            header + "\n" + row("C-1", "Łęcka") + "\n",
		"no last line end": header + "\n" + row("C-1", "Łęcka"),
		"CRLF and BOM":     "\ufeff" + header + "\r\n" + row("C-1", "Łęcka") + "\r\n",
		"semicolons":       strings.ReplaceAll(header+";status\n"+row("C-1", "Łęcka")+";\n", ",", ";"),
		"another order": "status;PRINCIPAL; language;email;birth_date;family_name;given_names;client_id;application\n" +
			"approved;TRUE;fr;zoe@people.example;1990-01-02;Łęcka;Zoë;C-1;A-1\n",
		"quoted":     `"` + strings.ReplaceAll(header, ",", `","`) + "\"\n\"" + strings.ReplaceAll(row("C-1", "Łęcka"), ",", `","`) + "\"\n",
		"blank rows": "\n\n" + header + "\n\n,,,,,,,\n" + row(" C-1 ", "Łęcka") + "\n , ,\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t, testenv.SQLite(t))
			if sum := takeIn(t, s, text, nil); sum.counts() != [4]int{1, 0, 0, 0} {
				t.Fatalf("%+v", sum)
			}
			p := person(t, s, "C-1")
			if p.Application != "A-1" || p.GivenNames != "Zoë" || p.FamilyName != "Łęcka" || p.BirthDate != "1990-01-02" ||
				p.Email != "zoe@people.example" || p.Language != "fr" || !p.Principal {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestP7ASpoiltLineOfCSVStopsNoOther(t *testing.T) {
	s := storetest.Open(t, testenv.SQLite(t))
	bad := []struct {
		text, why string
		lines     int
	}{
		{"a,b", "number of values: 2", 1},
		{row("C-x", `Ł"ęcka`), "quotes stand where none may be", 1},
		{row("C-x", `"Ł"ęcka`), "quotes stand where none may be", 1},
		{row("C-x", "\"Łęcka\nA-1,C-hidden,Zoë,X\""), "family_name is longer", 2}, // one row: what stands in quotes is no other
		{row("C-x", "Ł") + ",", "number of values: 9", 1},
		{strings.Replace(row("C-x", "Ł"), "true", "yes", 1), "principal is neither", 1},
		{strings.Repeat("x", 70_000), "the line is longer", 1},
		{row("C-x", `"Łęcka`), "a quote begins here and does not end", 1}, // the last one with a quote
	}
	text, line := header+"\n", 2
	var want []int
	for i, b := range bad {
		text += b.text + "\n" + row(fmt.Sprint("good ", i), "Ünal") + "\n"
		want = append(want, line)
		line += b.lines + 1
	}
	sum := takeIn(t, s, text, nil)
	if sum.Added != len(bad) || sum.Rejected != len(bad) {
		t.Fatalf("%+v", sum)
	}
	for i, r := range sum.rejected {
		if r.Line != want[i] || !strings.HasPrefix(r.Why, bad[i].why) || (r.Text != bad[i].text && i != 6) {
			t.Errorf("line %d: %s, want line %d: %s; text %.80q", r.Line, r.Why, want[i], bad[i].why, r.Text)
		}
	}
}

// TestP7FormatsAndRepeatsAgree makes files by chance: as CSV and as JSON Lines they lead to the same people, and taken in twice or in
// two halves they lead to the same as once.
func TestP7FormatsAndRepeatsAgree(t *testing.T) {
	for seed := range uint64(20) {
		rows := byChance(rand.New(rand.NewPCG(seed, 7)))
		var asCSV bytes.Buffer
		w := csv.NewWriter(&asCSV)
		names := append(strings.Split(header, ","), "status")
		_ = w.Write(names)
		var asJSON strings.Builder
		for _, r := range rows {
			_ = w.Write(r)
			object := map[string]any{}
			for i, n := range names {
				object[n] = r[i]
			}
			object["principal"], _ = strconv.ParseBool(r[7])
			line, err := json.Marshal(object)
			if err != nil {
				t.Fatal(err)
			}
			asJSON.Write(append(line, '\n'))
		}
		w.Flush()
		var worlds []string
		for _, files := range [][]string{{asCSV.String()}, {asJSON.String()}, {asCSV.String(), asCSV.String()}, {asJSON.String(), asCSV.String()}} {
			s := storetest.Open(t, testenv.SQLite(t))
			var sum taken
			for _, f := range files {
				sum = takeIn(t, s, f, nil)
			}
			if len(files) == 2 && sum.Added+sum.Updated != 0 {
				t.Errorf("seed %d: the second time %+v", seed, sum.Summary)
			}
			worlds = append(worlds, world(t, s))
		}
		for _, w := range worlds[1:] {
			if w != worlds[0] {
				t.Errorf("seed %d: %s\nis not\n%s", seed, w, worlds[0])
			}
		}
	}
}

// byChance makes rows of few people, so that they meet again, some of them wrong.
func byChance(r *rand.Rand) [][]string {
	pick := func(some ...string) string { return some[r.IntN(len(some))] }
	var rows [][]string
	for range 5 + r.IntN(40) {
		rows = append(rows, []string{"A-" + strconv.Itoa(r.IntN(4)), "C-" + strconv.Itoa(r.IntN(12)), pick("Zoë", "", `"Bob"`, "a,b"),
			pick("Łęcka", "O’Neil", "", ";"), pick("1990-01-02", "2020-02-29", "no date"), pick("a@people.example", "b@people.example", "no"),
			pick("en", "fr", "fr", "de"), pick("true", "false"), pick("", "approved", "withdrawn")})
	}
	return rows
}

// world is all that a file can change, without ids.
func world(t *testing.T, s *store.Store) string {
	t.Helper()
	var out []string
	for i := range 12 {
		p, err := s.PersonByClientID(ctx, "C-"+strconv.Itoa(i))
		if err != nil {
			continue
		}
		inv, _ := s.Invitation(ctx, p.ID)
		rows, err := s.DueRows(ctx, store.KindMail, today, 1000)
		if err != nil {
			t.Fatal(err)
		}
		mails := 0
		for _, row := range rows {
			if row.PersonID == p.ID {
				mails++
			}
		}
		p.ID = ""
		out = append(out, fmt.Sprintf("%+v invited %v, %d mails", p, inv.State, mails))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}
