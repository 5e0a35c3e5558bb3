package proof

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"prportal.example/internal/store"
)

var issuedAt = time.Date(2026, 12, 1, 3, 0, 0, 0, time.FixedZone("", -5*3600))

// chromium is the real browser.
func chromium(t testing.TB) *Browser {
	t.Helper()
	b := NewBrowser("chromium")
	if err := b.Ready(t.Context()); err != nil {
		t.Fatalf("%v; tools/install-packages.sh proofs installs it", err)
	}
	b.deadline = 3 * time.Minute // other tests may have all cores
	return b
}

// poppler runs one of its programs on a document.
func poppler(t *testing.T, pdf []byte, program string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "proof.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	args = append(args, file)
	if program == "pdftotext" {
		args = append(args, "-")
	}
	said, err := exec.CommandContext(t.Context(), program, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v; tools/install-packages.sh test installs it", program, err)
	}
	return string(said)
}

func printed(t *testing.T, person store.Person) (html string, pdf []byte) {
	t.Helper()
	source, err := write(store.Proof{Number: "PS-7K2M-X9QD-4RTB"}, person, issuedAt)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err = chromium(t).Print(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	return string(source), pdf
}

var ngoc = store.Person{GivenNames: "Ngọc Anh", FamilyName: "Trần-Lévesque", BirthDate: "1991-01-01", ClientID: "9900-0006", Language: "en"}

// TestA5ADocumentIsTaggedAndBilingual looks at what Chromium makes as other programs do.
func TestA5ADocumentIsTaggedAndBilingual(t *testing.T) {
	for _, lang := range []string{"en", "fr"} {
		person := ngoc
		person.Language = lang
		_, pdf := printed(t, person)
		info := poppler(t, pdf, "pdfinfo")
		for _, want := range []string{`Tagged: +yes`, `Pages: +1\n`, `Page size: +612 x 792 pts \(letter\)`, `JavaScript: +no`, `Encrypted: +no`,
			`Title: .*Proof of permanent resident status`, `Title: .*Preuve du statut de résident permanent`} {
			if !regexp.MustCompile(want).MatchString(info) {
				t.Errorf("%s: not %s: %s", lang, want, info)
			}
		}
		if strings.Contains(info, "Mozilla") {
			t.Errorf("%s: it tells about the machine: %s", lang, info)
		}
		// The language of the whole, and of each part; the structure; the title in the window's bar.
		for _, want := range []string{"/Lang (" + lang + ")", "/Lang (en)", "/Lang (fr)", "/MarkInfo", "/StructTreeRoot", "/DisplayDocTitle true"} {
			if !strings.Contains(string(pdf), want) {
				t.Errorf("%s: no %s in the document", lang, want)
			}
		}
		structure := poppler(t, pdf, "pdfinfo", "-struct-text")
		for kind, atLeast := range map[string]int{`\n *H1`: 1, `\n *H2`: 4, `\n *Table`: 1, `\n *TH`: 6, `/Scope /Row`: 6, `\n *L `: 4, `\n *LI`: 10} {
			if got := len(regexp.MustCompile(kind).FindAllString(structure, -1)); got < atLeast {
				t.Errorf("%s: %d × %s, want %d at least: %s", lang, got, kind, atLeast, structure)
			}
		}
		text := poppler(t, pdf, "pdftotext", "-layout")
		for _, want := range []string{"Ngọc Anh", "Trần-Lévesque", "9900-0006", "PS-7K2M-X9QD-4RTB", "1991-01-01", "January 1, 1991",
			"1er janvier 1991", "2026-12-01", "December 1, 2026", "1er décembre 2026", "Family name", "Nom de famille", "Given names", "Prénoms",
			"Demonstration. This is not a government document.", "Démonstration. Ceci n’est pas un document du gouvernement.",
			"What it does not show", "Ce qu’il ne montre pas", "Signature", "Seal", "Sceau", "Public verification address", "(reserved)", "(réservé)"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in %s", lang, want, text)
			}
		}
		first, second := "Family name", "Nom de famille"
		if lang == "fr" {
			first, second = second, first
		}
		if strings.Index(text, first) > strings.Index(text, second) {
			t.Errorf("%s: the person's language does not come first", lang)
		}
	}
}

// TestA5ANumberIsCopiedAsItStands: letters that are moved apart read as if a space were between them.
func TestA5ANumberIsCopiedAsItStands(t *testing.T) {
	const number = "PS-AJEJ-TJ7J-LJVA"
	source, err := write(store.Proof{Number: number}, ngoc, issuedAt)
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := chromium(t).Print(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	if text := poppler(t, pdf, "pdftotext", "-layout"); !strings.Contains(text, number) {
		t.Errorf("no %s in %s", number, text)
	}
}

// TestA5NamesOfAnyKindAreDrawn: long ones stay on the page, either may be missing, and no letter lacks its shape.
func TestA5NamesOfAnyKindAreDrawn(t *testing.T) {
	for name, person := range map[string]store.Person{
		"long":          {GivenNames: strings.TrimSpace(strings.Repeat("Wolfeschlegelsteinhausen ", 6)), FamilyName: strings.Repeat("Bergerdorff", 12)},
		"no given name": {FamilyName: "Suharto"},
		"no family":     {GivenNames: "Björk Þórdís Ægir"},
		"scripts": {
			GivenNames: "Nguyễn Hằng Әлішер Ўктам Наталія محمد רבקה 小明 さくら 민준 अनिल ਮਨਪ੍ਰੀਤ கமலா অনিল អនិល สมชาย አበበ",
			FamilyName: "Đặng Қасымұлы Ґалаґан پورعلی כהן 王 渡辺 김 शर्मा ਸਿੰਘ ராஜன் ပြည့် ගුණ ಕುಮಾರ್ ቢቂላ გიორგი Հայկ",
		},
		"hostile": {GivenNames: `<script>document.title="x"</script>`, FamilyName: `</td><h1>"&amp;`},
	} {
		t.Run(name, func(t *testing.T) {
			person.BirthDate, person.ClientID, person.Language = "2015-09-30", "9900-0009", "en"
			html, pdf := printed(t, person)
			if strings.Contains(html, "<script") {
				t.Error("a script")
			}
			if info := poppler(t, pdf, "pdfinfo"); !regexp.MustCompile(`Pages: +1\n`).MatchString(info) {
				t.Errorf("not on one page: %s", info)
			}
			text := poppler(t, pdf, "pdftotext", "-layout")
			for _, part := range []string{person.GivenNames, person.FamilyName} {
				if part == "" && !strings.Contains(text, "None on record / Aucun au dossier") {
					t.Errorf("nothing says that a name is missing: %s", text)
				}
				for _, r := range part {
					if r > ' ' && !hasFont(t, r) {
						t.Errorf("no font has %q (U+%04X): tools/install-packages.sh proofs", r, r)
					}
				}
			}
			for _, word := range strings.Fields(person.GivenNames + " " + person.FamilyName) {
				if latin := regexp.MustCompile(`^[\p{Latin}-]{1,30}$`); latin.MatchString(word) && !strings.Contains(text, word) {
					t.Errorf("no %q in %s", word, text)
				}
			}
		})
	}
}

// hasFont asks fontconfig, as Chromium does.
func hasFont(t *testing.T, r rune) bool {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), "fc-list", ":charset="+strconv.FormatInt(int64(r), 16), "family").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(said)) != ""
}

func TestA5ADocumentFetchesNothing(t *testing.T) {
	source, err := write(store.Proof{Number: newNumber()}, ngoc, issuedAt)
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`(?i)<script|src=|href=|url\(|@import|https?:`).FindString(string(source)); found != "" {
		t.Errorf("it has %s", found)
	}
	// Whatever got into a page: the browser reaches nobody.
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	page := `<!DOCTYPE html><title>x</title><link rel=stylesheet href="` + server.URL + `/a.css"><img src="` + server.URL + `/a.png"><iframe src="` +
		server.URL + `/"></iframe><script>fetch("` + server.URL + `/x")</script><p>x`
	if _, err := chromium(t).Print(t.Context(), []byte(page)); err != nil {
		t.Fatal(err)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the browser asked a server %d times", n)
	}
}

// fake is a browser that does what a shell script says; $out is where the document should be.
func fake(t testing.TB, script string) *Browser {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chromium")
	text := "#!/bin/sh\nfor a; do case $a in --print-to-pdf=*) out=${a#*=};; esac; done\n" + script + "\n"
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return NewBrowser(path)
}

const fakePrint = `printf '%%PDF-1.4 %s' "$(date +%N)" >"$out"`

func TestA5ABrowserThatFails(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("PRPORTAL_DATABASE_URL", "postgres://secret")
	for name, c := range map[string]struct{ script, said string }{
		"crashes":          {`kill -SEGV $$`, "the browser ended"},
		"ends with status": {`exit 7`, "exit status 7"},
		"prints nothing":   {`exit 0`, "made no document"},
		"prints no PDF":    {`echo hello >"$out"`, "is no document"},
		"prints too much":  {`head -c 5000000 /dev/zero >"$out"`, "is no document"},
	} {
		_, err := fake(t, c.script).Print(t.Context(), []byte("x"))
		if err == nil || !strings.Contains(err.Error(), c.said) {
			t.Errorf("a browser that %s: %v", name, err)
		}
	}
	if _, err := NewBrowser("/no/such/browser").Print(t.Context(), nil); !errors.Is(err, ErrNoBrowser) {
		t.Errorf("no browser: %v", err)
	}
	pdf, err := fake(t, `{ printf %%PDF-; env; ulimit -d; } >"$out"`).Print(t.Context(), []byte("x"))
	if err != nil || strings.Contains(string(pdf), "secret") || !strings.Contains(string(pdf), "HOME=/") ||
		!strings.HasSuffix(string(pdf), strconv.Itoa(maxData>>10)+"\n") {
		t.Errorf("what a browser gets: %s, %v", pdf, err)
	}
	left, err := filepath.Glob(filepath.Join(os.TempDir(), folderPattern))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// TestA5ABrowserIsHeldAsTightlyAsTheMachineAllows: where its sandbox does not work it goes without, and only then.
func TestA5ABrowserIsHeldAsTightlyAsTheMachineAllows(t *testing.T) {
	for script, want := range map[string]bool{
		fakePrint: true,
		`case "$*" in *--no-sandbox*) ` + fakePrint + `;; *) exit 1;; esac`: false,
		`exit 1`: true, // nothing helps, so nothing is given up
	} {
		b := fake(t, script)
		b.sandbox = true
		before := b.isolate.Cloneflags
		b.Settle(t.Context())
		if noNetwork, sandbox := b.Describe(); sandbox != want || noNetwork != (before != 0) {
			t.Errorf("%s: network of its own %v, sandbox %v", script, noNetwork, sandbox)
		}
	}
	b := NewBrowser("/no/such/browser")
	b.Settle(t.Context())
	if !errors.Is(b.Ready(t.Context()), ErrNoBrowser) {
		t.Error("a browser that is not there")
	}
}

// TestA5ABrowserThatHangsIsKilled with all its processes.
func TestA5ABrowserThatHangsIsKilled(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	b := fake(t, `sleep 1000 & echo $! >"`+pids+`.new"; mv "`+pids+`.new" "`+pids+`"; sleep 1000`)
	b.deadline = 500 * time.Millisecond
	b.isolate = syscall.SysProcAttr{}
	if _, err := b.Print(t.Context(), []byte("x")); err == nil || !errors.Is(err, errTooLong) {
		t.Errorf("%v", err)
	}
	gone(t, pids)
	// The same when the caller gives up.
	if err := os.Remove(pids); err != nil {
		t.Fatal(err)
	}
	b.deadline = time.Minute
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		for there := false; !there; {
			_, err := os.Stat(pids)
			there = err == nil
		}
		stop()
	}()
	if _, err := b.Print(ctx, []byte("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	gone(t, pids)
}

func gone(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		state, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if errors.Is(err, os.ErrNotExist) || strings.Contains(string(state), ") Z ") {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("process %d of the browser lives on: %s", pid, state)
		}
	}
}

func TestA5FoldersOfAKilledWorkerAreSwept(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, name := range []string{"prportal-proof-1", "prportal-proof-2", "other"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		old := time.Now().Add(-2 * time.Hour)
		if name == "prportal-proof-2" {
			old = time.Now()
		}
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := sweepFolders(time.Now()); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 2 {
		t.Errorf("left: %v, %v", left, err)
	}
}
