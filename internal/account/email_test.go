package account

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

var masked = []struct{ email, want string }{
	{"jane.doe@people.example", "j•••@p•••.example"},
	{"Zoë@people.example", "Z•••@p•••.example"},
	{"éva@été.example", "é•••@é•••.example"},
	{"jane@mail.people.example", "j•••@m•••.example"},
	{"jo@x.example", "j•••@•••.example"},
	{"j@people.example", "•••@p•••.example"},
	{"jj@people.example", "j•••@p•••.example"},
	{"1990@people.example", "1•••@p•••.example"},
	{"+tag@people.example", "•••@p•••.example"},
	{"jane@localhost", "j•••@l•••"},
	{"jane@[192.0.2.1]", "j•••@•••.1]"},
	{"a@b@people.example", "a•••@p•••.example"},
	{"no address", "•••"},
	{"@people.example", "•••"},
	{"", "•••"},
	{"\xff\xfe@people.example", "•••"},
}

func TestA1OthersSeeAnAddressMasked(t *testing.T) {
	for _, c := range masked {
		if got := MaskEmail(c.email); got != c.want {
			t.Errorf("%q: %q, want %q", c.email, got, c.want)
		}
	}
}

func FuzzMaskEmail(f *testing.F) {
	for _, c := range masked {
		f.Add(c.email)
	}
	f.Fuzz(func(t *testing.T, email string) {
		got := MaskEmail(email)
		if !utf8.ValidString(got) {
			t.Fatalf("%q becomes %q", email, got)
		}
		at := strings.LastIndex(got, "@")
		if at < 0 {
			if got != hiddenLetters {
				t.Fatalf("%q becomes %q", email, got)
			}
			return
		}
		name, domain := got[:at], got[at+1:]
		if shown := strings.TrimSuffix(name, hiddenLetters); utf8.RuneCountInString(shown) > 1 || shown == name {
			t.Fatalf("%q shows %q", email, name)
		}
		first, _, _ := strings.Cut(domain, hiddenLetters)
		if utf8.RuneCountInString(first) > 1 || !strings.Contains(domain, hiddenLetters) {
			t.Fatalf("%q shows %q", email, domain)
		}
	})
}

func TestA1AddressesAreChecked(t *testing.T) {
	for given, want := range map[string]string{
		" jane@People.Example\n": "jane@people.example", "Jane.Doe+pr@people.example": "Jane.Doe+pr@people.example",
		"o’neil@people.example": "o’neil@people.example", "e\u0301va@people.example": "éva@people.example", "x@a-b.co": "x@a-b.co",
		"jane@ete\u0301.example": "jane@eté.example", "a@b.c": "a@b.c",
	} {
		if got, err := CheckEmail(given); err != nil || got != want {
			t.Errorf("%q: %q, %v", given, got, err)
		}
	}
	for _, given := range []string{"", " ", "jane", "jane@", "@people.example", "jane@people", "jane@@people.example", "ja ne@people.example",
		"jane@peo ple.example", "jane@-people.example", "jane@people-.example", "jane@people..example", "jane@people.example.", "jane@.example",
		"Jane <jane@people.example>", "jane@people.example, x@y.example", "jane@people.example;x", "jane@peo_ple.example", "jane@[192.0.2.1]",
		"jane\x00@people.example", "ja\r\nBcc: x@y.example", "\xff@people.example", ".jane@people.example", "jane.@people.example",
		"ja..ne@people.example", `"ja ne"@people.example`, strings.Repeat("j", 65) + "@people.example",
		"j@" + strings.Repeat("p", 64) + ".example", "j@" + strings.Repeat("people.", 40) + "example"} {
		if got, err := CheckEmail(given); !errors.Is(err, ErrEmail) {
			t.Errorf("%q: %q, %v", given, got, err)
		}
	}
}

func FuzzCheckEmail(f *testing.F) {
	for _, c := range masked {
		f.Add(c.email)
	}
	f.Fuzz(func(t *testing.T, text string) {
		email, err := CheckEmail(text)
		if err != nil {
			return
		}
		if again, err := CheckEmail(email); err != nil || again != email {
			t.Fatalf("%q is %q, and then %q, %v", text, email, again, err)
		}
		if strings.ContainsAny(email, " \r\n\t<>,;") || strings.Count(email, "@") != 1 || !utf8.ValidString(email) {
			t.Fatalf("%q is taken as %q", text, email)
		}
	})
}

func FuzzInvitationToken(f *testing.F) {
	f.Add(newToken())
	f.Add("")
	f.Add("../../../etc/passwd")
	f.Add(strings.Repeat("a", 31) + "\n")
	f.Fuzz(func(t *testing.T, token string) {
		ref := tokenRef(token)
		if ref != "" && (len(ref) != 64 || len(token) != 32 || strings.Trim(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "") {
			t.Fatalf("%q is taken as a token", token)
		}
	})
}

func TestA1TokensAreNotGuessed(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		token := newToken()
		ref := tokenRef(token)
		if len(token) != 32 || len(ref) != 64 || seen[token] || strings.Contains(ref, token) {
			t.Fatalf("token %q, stored as %q", token, ref)
		}
		seen[token] = true
	}
}
