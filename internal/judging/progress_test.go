package judging

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	begin := time.Unix(0, 0)
	for _, tc := range []struct {
		terminal bool
		each     time.Duration
		photos   int
		want     []string
		not      string
	}{
		{false, time.Second, 5, nil, "photos"},
		{false, time.Second, 25, []string{"10 of 25 photos judged\n", "20 of 25 photos judged\n"}, "25 of 25"},
		{true, time.Millisecond, 5, nil, "photos"},
		{true, time.Second, 3, []string{"judging photos", "(2/3)"}, "judged"},
	} {
		var said bytes.Buffer
		p := NewProgress(&said, tc.photos, begin)
		if p.terminal {
			t.Error("a buffer is taken for a terminal")
		}
		p.terminal = tc.terminal
		for i := range tc.photos {
			p.Hide()
			p.Done(begin.Add(time.Duration(i+1) * tc.each))
		}
		p.Hide()
		for _, want := range tc.want {
			if !strings.Contains(said.String(), want) {
				t.Errorf("%+v: %q lacks %q", tc, said.String(), want)
			}
		}
		if strings.Contains(said.String(), tc.not) {
			t.Errorf("%+v: %q", tc, said.String())
		}
	}
}
