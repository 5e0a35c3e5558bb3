// Package webtest has what the tests of both listeners share.
package webtest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
)

// Access asks for every route of a listener as everybody and compares the answers with a table. Its first line names who asks, each
// further one a route, "GET /path", with an answer for everybody: see Answer. A route that has no line is a fault, as is a line that
// has no route.
func Access(t *testing.T, routes chi.Routes, table string, ask func(who, method, route string) (answer string)) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(table), "\n")
	everybody := strings.Fields(lines[0])
	want := map[string][]string{}
	for _, line := range lines[1:] {
		f := strings.Fields(line)
		if len(f) != len(everybody)+2 || want[f[0]+" "+f[1]] != nil {
			t.Fatalf("a line of the table is none: %s", line)
		}
		want[f[0]+" "+f[1]] = f[2:]
	}
	err := chi.Walk(routes, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		answers := want[method+" "+route]
		delete(want, method+" "+route)
		var got []string
		for _, who := range everybody {
			got = append(got, ask(who, method, route))
		}
		if !slices.Equal(got, answers) {
			t.Errorf("%s %s\nanswers %s\nwant    %s", method, route, strings.Join(got, " "), strings.Join(answers, " "))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for route := range want {
		t.Errorf("there is no route %s", route)
	}
}

// Answer is an answer as it stands in the table: its status, or where it leads to, without what follows on a question mark.
func Answer(r *http.Response) string {
	if r.StatusCode != http.StatusSeeOther {
		return strconv.Itoa(r.StatusCode)
	}
	to, _, _ := strings.Cut(r.Header.Get("Location"), "?")
	return to
}
