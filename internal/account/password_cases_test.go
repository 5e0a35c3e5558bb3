package account

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var zoe = About{Username: "zoe-4821", GivenNames: "Zoë Amélie", FamilyName: "Łęcka-Tremblay", Email: "amelie.l@courriel.example",
	BirthDate: "1988-04-12", Numbers: []string{"9900-0001", "DEMO-1001"}}

func TestA3ExpectedPasswordsAreRefused(t *testing.T) {
	for want, passwords := range map[error][]string{
		nil: {
			"a horse on the moon", "velvet gravel anchor", "three soft kittens dancing", "my aunt sells old pianos in Regina",
			"cheval lampe fenêtre", "un hibou mange ma tarte", "grenier parapluie noisette", "Le facteur a perdu son vélo orange",
			"xkqzjwvprmtlbnd", "493817265940273", "kx7m-t4rb-9wcd-hn6q", "Zoë likes large windmills", "soleil rhinocéros fourchette",
			"ma maison est verte et bleue", "пароль для лодки и кота", "会社の近くに大きな犬がいましたよ", "correct pony battery teapot",
			"password bicycle kumquat", "h?9Kd!2vX#qLm4z", "mon chat dort sur l’imprimante", "seven green bottles fell",
		},
		ErrPasswordShort: {"", "password", "motdepasse", "correct horse", "14 characters!", "zażółć gęślą j", strings.Repeat("e\u0301", 13) + "x"},
		ErrPasswordLong:  {strings.Repeat("horse moon pear", 100)},
		ErrPasswordPersonal: {
			"zoe-4821zoe-4821", "ZoeLeckaTremblay", "Zoé Amélie Łęcka-Tremblay", "lecka tremblay 1988", "amelie.l@courriel.example",
			"zoezoezoezoezoe!", "amelie12041988!!", "tremblay 12 avril 1988", "LeckaTremblay12avril", "eoz4821tremblay", "z03l3ck4tr3mbl4y",
			"9900-0001-9900-0001", "19880412 19880412", "yalbmert akcel eoz",
		},
		ErrPasswordPattern: {
			strings.Repeat("x", 40), strings.Repeat("é", 15), strings.Repeat("e\u0301", 15), strings.Repeat("ab", 400), "abcdefghijklmnopq",
			"123456789012345", "987654321098765", "qwertyuiopasdfgh", "azertyuiopqsdfgh", "QwertyuiopQwertyuiop", "1qaz2wsx3edc4rfv",
			"a1b2c3d4e5f6g7h8", "aaaaabbbbbcccccddddd", "xkcdxkcdxkcdxkcdxkcd", "!@#$%^&*()!@#$%^", "246813579246813", "wxcvbnqsdfghazerty",
			"🙂🙃🙂🙃🙂🙃🙂🙃🙂🙃🙂🙃🙂🙃🙂", "111222333444555666", "zyxwvutsrqponmlk", "1357913579135791", "20012002200320042005",
			"tatatatatatatatatat", "               ", "-_-_-_-_-_-_-_-_-", "qawsedrftgyhujik",
		},
		ErrPasswordCommon: {
			"passwordpassword", "password12345678", "Password1234567!", "P@ssw0rdP@ssw0rd", "p4ssw0rd-p4ssw0rd", "drowssapdrowssap",
			"thisismypassword", "This is my password 2026", "iloveyouforever", "i love you so much", "Letmeinletmein!", "Welcome to Canada 2026",
			"correct horse battery staple", "correcthorsebatterystaple", "to be or not to be", "May the force be with you!", "o canada our home and native land",
			"permanent resident card", "PermanentResidence2026", "immigrationcanada", "hockey hockey hockey", "mapleleafs2026!!",
			"the quick brown fox", "river lamp seven button", "my new password 123",
			"motdepassemotdepasse", "MotDePasse123456", "Mot de passe 2026", "M0tD3P@ss31234567", "essapedtomessapedtom", "jetaimepourlavie", "je t’aime mon amour",
			"bonjour bonjour 123", "Bienvenue au Canada", "soleil soleil soleil", "liberté égalité fraternité", "Être ou ne pas être", "etre ou ne pas etre",
			"il était une fois", "jemesouviens2026", "résident permanent", "carte de résident permanent", "portez ce vieux whisky",
			"doudou chouchou loulou", "rivière lampe sept bouton", "anticonstitutionnellement", "un deux trois soleil", "gouvernement du canada",
			"réfugiés et citoyenneté", "nouveau mot de passe 1",
		},
	} {
		for _, password := range passwords {
			if err := CheckPassword(password, zoe); !errors.Is(err, want) {
				t.Errorf("%q: %v, want %v", password, err, want)
			}
			if errors.Is(want, ErrPasswordEasy) && utf8.RuneCountInString(password) < MinPassword {
				t.Errorf("%q is refused for its length", password)
			}
		}
	}
}

// TestA3AnyExpectedWordRepeatedIsRefused is for every word of the lists, made as long as one likes.
func TestA3AnyExpectedWordRepeatedIsRefused(t *testing.T) {
	all := expectedWords()
	if len(all) < 700 {
		t.Fatalf("only %d words", len(all))
	}
	for _, w := range all {
		word := string(w.signs)
		for _, password := range []string{strings.Repeat(word, 1+MinPassword/len(w.signs)), strings.ToUpper(word) + "1234567890123", word + "-2026-" + word + "-2027"} {
			if utf8.RuneCountInString(password) < MinPassword {
				password += "!!!!!!!!!!!!"
			}
			if err := CheckPassword(password, About{Username: "nobody-7"}); !errors.Is(err, ErrPasswordEasy) {
				t.Errorf("%q: %v", password, err)
			}
		}
	}
}

func TestAPasswordIsJudgedInNoTime(t *testing.T) {
	expected()
	started := time.Now()
	for range 10 {
		if err := CheckPassword(strings.Repeat("passe", 200), zoe); !errors.Is(err, ErrPasswordEasy) {
			t.Error(err)
		}
	}
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("10 passwords took %v", took)
	} else {
		t.Logf("one takes %v", took/10)
	}
}

func TestNobodyIsRefusedForWhatIsNotKnown(t *testing.T) {
	if err := CheckPassword("velvet gravel anchor", About{}); err != nil {
		t.Error(err)
	}
	if err := CheckPassword("王小明王小明王小明王小明王小明王小明", About{GivenNames: "小明", FamilyName: "王"}); !errors.Is(err, ErrPasswordEasy) {
		t.Error(err)
	}
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("a horse on the moon", "Zoë", "1988-04-12")
	f.Add("\xff\xfe\x00            ", "\xff", "0000-00-00")
	f.Fuzz(func(t *testing.T, password, name, birth string) {
		_ = CheckPassword(password, About{Username: name, GivenNames: name, FamilyName: password, Email: name, BirthDate: birth})
	})
}

func TestTheLengthOfPasswords(t *testing.T) {
	for password, want := range map[string]error{
		"zażółć gęślą ja":                     nil,                // 15 characters, more bytes
		strings.Repeat("e\u0301", 14) + "x":   ErrPasswordPattern, // composed: 15
		strings.Repeat("horse moon pear", 66): nil,
		strings.Repeat("horse moon pear", 67): ErrPasswordLong,
		"Olga.Kowalska.1990":                  ErrPasswordPersonal,
	} {
		if err := CheckPassword(password, About{Username: "olga.kowalska.1990"}); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", password, err, want)
		}
	}
}
