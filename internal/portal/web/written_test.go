package web

import "testing"

func TestWritten(t *testing.T) {
	for in, want := range map[string]string{
		" \r\n ": "", "a\r\nb": "a\nb", "\x00a\x1bb\tc": "ab\tc", "é\xff": "é", " Žluťoučký ": "Žluťoučký",
	} {
		if got := Written(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
