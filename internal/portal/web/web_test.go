package web

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-chi/chi/v5"
)

func texts(en, fr string) fstest.MapFS {
	return fstest.MapFS{"c/en/a.yaml": {Data: []byte(en)}, "c/fr/a.yaml": {Data: []byte(fr)}}
}

func TestTextsAreTheSameInBothLanguages(t *testing.T) {
	all, err := LoadTexts(texts("a: 'Hello %s, %d'\nb: Bye\n", "a: 'Bonjour %s, %d'\nb: Salut\n"), "c")
	if err != nil {
		t.Fatal(err)
	}
	if got := all.Say("fr")("a", "Zoë", 3); got != "Bonjour Zoë, 3" {
		t.Error(got)
	}
	for name, c := range map[string][3]string{
		"missing":            {"a: x\nb: y\n", "a: x\n", `"b" is missing in fr`},
		"too many":           {"a: x\n", "a: x\nb: y\n", `"b" is missing in en`},
		"empty":              {"a: x\n", "a: ' '\n", `"a" is empty in fr`},
		"another value":      {"a: '%s'\n", "a: '%d'\n", `"a" takes other values`},
		"another order":      {"a: '%s %d'\n", "a: '%d %s'\n", `"a" takes other values`},
		"a value is missing": {"a: '%s %s'\n", "a: '%s'\n", `"a" takes other values`},
		"no YAML":            {"a: [", "a: x\n", "texts: c/en/a.yaml"},
	} {
		if _, err := LoadTexts(texts(c[0], c[1]), "c"); err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadTexts(texts("a: '%[1]s %[2]d'\n", "a: '%[2]d %[1]s'\n"), "c"); err != nil {
		t.Errorf("numbered values may stand in any order: %v", err)
	}
	twice := texts("a: x\n", "a: x\n")
	twice["c/en/b.yaml"] = &fstest.MapFile{Data: []byte("a: y\n")}
	if _, err := LoadTexts(twice, "c"); err == nil || !strings.Contains(err.Error(), `"a" is there twice`) {
		t.Errorf("a text in two files: %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown key is no fault")
		}
	}()
	all.Say("en")("nothing")
}

func TestFrenchTextsElide(t *testing.T) {
	texts := Texts{"en": {"of": "Code %s", "in": "Photo of %s"}, "fr": {"of": "Code %s", "in": "Photo de %s"}}
	if got := texts.Say("fr")("in", "Omar") + ", " + texts.Say("fr")("of", "Omar") + ", " + texts.Say("en")("in", "Omar"); got !=
		"Photo d’Omar, Code Omar, Photo of Omar" {
		t.Error(got)
	}
}

func TestLanguages(t *testing.T) {
	for header, want := range map[string]string{"": "en", "fr": "fr", "FR-ca,en;q=0.5": "fr", "en-CA,fr;q=0.9": "en",
		"de, fr": "en"} {
		if got := Preferred(header); got != want {
			t.Errorf("%q: %s", header, got)
		}
	}
	if Language("fr") != "fr" || Language("de") != "" || Other("fr") != "en" || Other("en") != "fr" {
		t.Error("languages")
	}
}

func TestLocalPath(t *testing.T) {
	for path, want := range map[string]string{
		"/case/1?x=2": "/case/1?x=2", "": "/", "//evil": "/", "/\\evil": "/", "https://evil": "/", "/a\r\nX: y": "/",
		"/" + strings.Repeat("a", 300): "/",
	} {
		if got := LocalPath(path); got != want {
			t.Errorf("%q becomes %q", path, got)
		}
	}
}

func TestPagesAreSentWholeOrNotAtAll(t *testing.T) {
	files := texts("hello: Hello\n", "hello: Bonjour\n")
	files["p/good.html"] = &fstest.MapFile{Data: []byte(`<p>{{t "hello"}} {{.}}</p>`)}
	files["p/bad.html"] = &fstest.MapFile{Data: []byte(`<p>begun {{t "nothing"}}</p>`)}
	all, err := LoadTexts(files, "c")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := LoadPages(files, "p/*.html", all, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	err = pages.Write(w, http.StatusTeapot, "fr", "good.html", "<b>")
	if err != nil || w.Code != http.StatusTeapot || w.Body.String() != "<p>Bonjour &lt;b&gt;</p>" || w.Header().Get("Content-Language") != "fr" {
		t.Errorf("%v %d %s", err, w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	if err := pages.Write(w, http.StatusOK, "en", "bad.html", nil); err == nil || w.Body.Len() > 0 {
		t.Errorf("%v: %s", err, w.Body)
	}
}

func TestAssetsAreKeptUntilTheyChange(t *testing.T) {
	a := Assets{"x.css": []byte("a{}")}
	r := chi.NewRouter()
	r.Get("/assets/{file}", a.ServeHTTP)
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	w := get(a.URL("x.css"))
	if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") ||
		w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := get("/assets/x.css?v=old"); w.Code != 200 || w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := get("/assets/y.css"); w.Code != 404 {
		t.Error(w.Code)
	}
	if (Assets{"x.css": []byte("b{}")}).URL("x.css") == a.URL("x.css") {
		t.Error("another file under the same address")
	}
}

func TestAPanicIsLoggedAndSaidPlainly(t *testing.T) {
	var log bytes.Buffer
	boom := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") })
	h := Recover(slog.New(slog.NewTextHandler(&log, nil)), "sorry")(boom)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/x?secret=1", nil))
	if w.Code != 500 || !strings.Contains(w.Body.String(), "sorry") || !strings.Contains(log.String(), "boom") ||
		strings.Contains(log.String(), "secret") {
		t.Errorf("%d %s %s", w.Code, w.Body, &log)
	}
}

func TestClientAddress(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"1.2.3.4:5", "9.9.9.9", "1.2.3.4:5"},
		{"10.0.0.1:5", "", "10.0.0.1:5"},
		{"10.0.0.1:5", "9.9.9.9", "9.9.9.9:0"},
		{"10.0.0.1:5", "6.6.6.6, 9.9.9.9, 10.1.1.1", "9.9.9.9:0"},
		{"10.0.0.1:5", "9.9.9.9, nonsense", "10.0.0.1:5"},
		{"[::ffff:10.0.0.1]:5", "2001:db8::1", "[2001:db8::1]:0"},
		{"@", "9.9.9.9", "@"},
	} {
		q := httptest.NewRequest(http.MethodGet, "/", nil)
		q.RemoteAddr = c.remote
		if c.forwarded != "" {
			q.Header.Set("X-Forwarded-For", c.forwarded)
		}
		got := ""
		look := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })
		ClientAddress(trusted)(look).ServeHTTP(httptest.NewRecorder(), q)
		if got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestByAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"1.2.3.4:5": "1.2.3.4", "[::ffff:1.2.3.4]:5": "1.2.3.4", "[2001:db8:1:2:3::4]:0": "2001:db8:1:2::", "": "",
	} {
		q := httptest.NewRequest(http.MethodGet, "/", nil)
		q.RemoteAddr = remote
		if got, err := ByAddress(q); got != want || (err != nil) != (want == "") {
			t.Errorf("%s: %s %v", remote, got, err)
		}
	}
}

func TestPublicURL(t *testing.T) {
	for _, bad := range []string{"", "portal.example", "ftp://x", "http://", "http://%zz"} {
		if _, err := PublicURL(bad); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
	if u, err := PublicURL("https://x.example:8443/a"); err != nil || u.Scheme != "https" {
		t.Error(err)
	}
}

func TestASenderThatWentAwayIsNoFault(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	w := httptest.NewRecorder()
	if SenderGone(w, r) {
		t.Error("gone while there")
	}
	cancel()
	if !SenderGone(w, r) || w.Code != 499 {
		t.Errorf("not gone, status %d", w.Code)
	}
}
