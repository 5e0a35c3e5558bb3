package journey

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"prportal.example/internal/store"
)

func TestA4PostalCodes(t *testing.T) {
	for in, want := range map[string]string{
		"K1A 0B1": "K1A 0B1", "k1a0b1": "K1A 0B1", "k1a-0b1": "K1A 0B1", " H2X\u00a01Y4 ": "H2X 1Y4", "K1A OB1": "K1A 0B1", "kia ob1": "K1A 0B1",
		"V6B 1I1": "", // the last letter of a code is no I
		"D1A 1A1": "", "K1F 1A1": "", "K1A 1I1": "", "O1A 1A1": "", "K1Q 1A1": "", "K1U 1A1": "", "W1A 1A1": "", "Z1A 1A1": "",
		"K1W 1Z1": "K1W 1Z1", "K1A 0B": "", "K1A 0B12": "", "": "", "90210": "", "SW1A 1AA": "", "K1A/0B1": "", "КIА 0В1": "", "É1A 1A1": "",
	} {
		got, ok := NormalPostalCode(in)
		if ok != (want != "") || (ok && got != want) {
			t.Errorf("%q: %q %v, want %q", in, got, ok, want)
		}
	}
}

func TestA4EveryProvinceHasItsLetters(t *testing.T) {
	seen := ""
	for _, p := range Provinces() {
		if firstLetters[p] == "" {
			t.Errorf("no letters of %s", p)
		}
		seen += firstLetters[p]
	}
	for r := 'A'; r <= 'Z'; r++ {
		want := 1
		if strings.ContainsRune(notInCodes+notFirst, r) {
			want = 0
		} else if r == 'X' {
			want = 2 // two territories share it
		}
		if n := strings.Count(seen, string(r)); n != want {
			t.Errorf("%c begins the codes of %d provinces, want %d", r, n, want)
		}
	}
}

func right() store.Address {
	return store.Address{Street: "345 rue Saint-Denis", Unit: "12", City: "Montréal", Province: "QC", PostalCode: "h2x1y4"}
}

func TestA4AddressRules(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*store.Address)
		kind   store.AddressKind
		want   []Fault
	}{
		"right":                {func(*store.Address) {}, store.HomeAddress, nil},
		"no unit":              {func(a *store.Address) { a.Unit = "" }, store.HomeAddress, nil},
		"lower-case province":  {func(a *store.Address) { a.Province = "qc" }, store.HomeAddress, nil},
		"exclamation mark":     {func(a *store.Address) { a.City = "Saint-Louis-du-Ha! Ha!" }, store.HomeAddress, nil},
		"longest real name":    {func(a *store.Address) { a.City = "Notre-Dame-Auxiliatrice-de-Buckland" }, store.HomeAddress, nil},
		"apostrophe":           {func(a *store.Address) { a.City = "L’Île-d'Orléans" }, store.HomeAddress, nil},
		"letters decomposed":   {func(a *store.Address) { a.City = "Montre\u0301al" }, store.HomeAddress, nil},
		"pasted marks":         {func(a *store.Address) { a.City = "\u200eMontréal\u200b" }, store.HomeAddress, nil},
		"line break":           {func(a *store.Address) { a.Street = "345 rue\r\nSaint-Denis" }, store.HomeAddress, nil},
		"nothing":              {func(a *store.Address) { *a = store.Address{} }, store.HomeAddress, []Fault{{FieldStreet, Missing}, {FieldCity, Missing}, {FieldProvince, Missing}, {FieldPostalCode, Missing}}},
		"signs only":           {func(a *store.Address) { a.Street, a.Unit = " -, ", "#" }, store.HomeAddress, []Fault{{FieldStreet, Missing}}},
		"spaces only":          {func(a *store.Address) { a.Street = " \u00a0 " }, store.HomeAddress, []Fault{{FieldStreet, Missing}}},
		"control character":    {func(a *store.Address) { a.Street = "345 rue\x00 X" }, store.HomeAddress, []Fault{{FieldStreet, BadCharacters}}},
		"escape":               {func(a *store.Address) { a.Unit = "1\x1b[2J" }, store.HomeAddress, []Fault{{FieldUnit, BadCharacters}}},
		"bad UTF-8":            {func(a *store.Address) { a.City = "Montr\xe9al" }, store.HomeAddress, []Fault{{FieldCity, BadCharacters}}},
		"another script":       {func(a *store.Address) { a.City = "Монреаль" }, store.HomeAddress, []Fault{{FieldCity, BadCharacters}}},
		"markup":               {func(a *store.Address) { a.Street = "<b>1 Main</b>" }, store.HomeAddress, []Fault{{FieldStreet, BadCharacters}}},
		"long street":          {func(a *store.Address) { a.Street = strings.Repeat("é", 41) }, store.HomeAddress, []Fault{{FieldStreet, TooLong}}},
		"street of 40":         {func(a *store.Address) { a.Street = strings.Repeat("é", 40) }, store.HomeAddress, nil},
		"longer in upper case": {func(a *store.Address) { a.Street = strings.Repeat("ß", 21) }, store.HomeAddress, []Fault{{FieldStreet, TooLong}}},
		"long city":            {func(a *store.Address) { a.City = strings.Repeat("x", 38) }, store.HomeAddress, []Fault{{FieldCity, TooLong}}},
		"long unit":            {func(a *store.Address) { a.Unit = strings.Repeat("1", 21) }, store.HomeAddress, []Fault{{FieldUnit, TooLong}}},
		"long care of":         {func(a *store.Address) { a.CareOf = strings.Repeat("x", 37) }, store.PostalAddress, []Fault{{FieldCareOf, TooLong}}},
		"unknown province":     {func(a *store.Address) { a.Province = "NY" }, store.HomeAddress, []Fault{{FieldProvince, Unknown}}},
		"code of Ontario":      {func(a *store.Address) { a.PostalCode = "K1A 0B1" }, store.HomeAddress, []Fault{{FieldPostalCode, Elsewhere}}},
		"no code":              {func(a *store.Address) { a.PostalCode = "12345" }, store.HomeAddress, []Fault{{FieldPostalCode, Malformed}}},
		"box at home":          {func(a *store.Address) { a.Street = "P.O. Box 12" }, store.HomeAddress, []Fault{{FieldStreet, BoxAtHome}}},
		"box at home, French":  {func(a *store.Address) { a.Street = "Case postale 12" }, store.HomeAddress, []Fault{{FieldStreet, BoxAtHome}}},
		"box at home, short":   {func(a *store.Address) { a.Street = "C.P. 12" }, store.HomeAddress, []Fault{{FieldStreet, BoxAtHome}}},
		"general delivery":     {func(a *store.Address) { a.Street = "General Delivery" }, store.HomeAddress, []Fault{{FieldStreet, BoxAtHome}}},
		"box for mail":         {func(a *store.Address) { a.Street = "PO Box 12 Stn A" }, store.PostalAddress, nil},
		"rural route":          {func(a *store.Address) { a.Street = "RR 3" }, store.PostalAddress, nil},
		"rural route at home":  {func(a *store.Address) { a.Street = "RR 3" }, store.HomeAddress, nil},
		"a street named box":   {func(a *store.Address) { a.Street = "12 Boxwood Lane" }, store.HomeAddress, nil},
		"all at once": {func(a *store.Address) { a.Street, a.City, a.PostalCode = "", "\x07", "" }, store.HomeAddress,
			[]Fault{{FieldStreet, Missing}, {FieldCity, BadCharacters}, {FieldPostalCode, Missing}}},
	} {
		a := right()
		c.change(&a)
		got, faults := CheckAddress(c.kind, a)
		if !slices.Equal(faults, c.want) {
			t.Errorf("%s: %v, want %v", name, faults, c.want)
		}
		if again, second := CheckAddress(c.kind, got); again != got || !slices.Equal(second, faults) {
			t.Errorf("%s: checked again it is %+v, %v", name, again, second)
		}
	}
}

func TestA4AllFaultsCanBeToldApart(t *testing.T) {
	all := FaultCodes()
	for _, kind := range []store.AddressKind{store.HomeAddress, store.PostalAddress} {
		for _, v := range []string{"", "\x00", strings.Repeat("x", 99), "PO BOX 1", "K1A 0B1"} {
			a := store.Address{CareOf: v, Unit: v, Street: v, City: v, Province: v, PostalCode: v}
			for _, province := range []string{v, "QC"} {
				a.Province = province
				_, faults := CheckAddress(kind, a)
				for _, f := range faults {
					if !slices.Contains(all, f) {
						t.Errorf("%v is not listed", f)
					}
				}
			}
		}
	}
}

func TestA4LinesAsCanadaPostWantsThem(t *testing.T) {
	for name, c := range map[string]struct {
		a    store.Address
		want string
	}{
		"unit and street": {right(), "12-345 RUE SAINT-DENIS|MONTRÉAL QC  H2X 1Y4"},
		"no unit":         {store.Address{Street: "80 Wellington St.", City: "Ottawa", Province: "ON", PostalCode: "K1A 0A2"}, "80 WELLINGTON ST|OTTAWA ON  K1A 0A2"},
		"unit with its word": {store.Address{Unit: "Apt. #4b", Street: "10 Main St, East", City: "St. John's", Province: "NL", PostalCode: "A1A 1A1"},
			"4B-10 MAIN ST EAST|ST. JOHN'S NL  A1A 1A1"},
		"unit in words": {store.Address{Unit: "Basement", Street: "10 Main St", City: "Regina", Province: "SK", PostalCode: "S4P 1A1"}, "BASEMENT|10 MAIN ST|REGINA SK  S4P 1A1"},
		"care of, Quebec": {store.Address{CareOf: "c/o Marie Côté", Street: "C.P. 12", City: "Québec", Province: "QC", PostalCode: "G1A 1A1"},
			"A/S MARIE CÔTÉ|CP 12|QUÉBEC QC  G1A 1A1"},
		"care of": {store.Address{CareOf: "Sam Roy", Street: "P.O. Box 12 Stn A", City: "Iqaluit", Province: "NU", PostalCode: "X0A 0H0"},
			"C/O SAM ROY|PO BOX 12 STN A|IQALUIT NU  X0A 0H0"},
		"rural route": {store.Address{Unit: "4", Street: "RR 3", City: "Truro", Province: "NS", PostalCode: "B2N 1A1"}, "4|RR 3|TRURO NS  B2N 1A1"},
		"long together": {store.Address{Unit: "1234", Street: "12345 Very Long Street Name Boulevard N", City: "Calgary", Province: "AB", PostalCode: "T2P 1A1"},
			"1234|12345 VERY LONG STREET NAME BOULEVARD N|CALGARY AB  T2P 1A1"},
		"long place": {store.Address{Street: "1 rue X", City: "Notre-Dame-Auxiliatrice-de-Buckland", Province: "QC", PostalCode: "G0R 1G0"},
			"1 RUE X|NOTRE-DAME-AUXILIATRICE-DE-BUCKLAND QC|G0R 1G0"},
	} {
		a, faults := CheckAddress(store.PostalAddress, c.a)
		if len(faults) > 0 {
			t.Errorf("%s: %v", name, faults)
		}
		if got := strings.Join(Lines(a), "|"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func FuzzA4Address(f *testing.F) {
	f.Add("c/o x", "12", "345 rue Saint-Denis", "Montréal", "QC", "h2x1y4", true)
	f.Add("", "Apt. #4", "P.O. Box 1", "Saint-Louis-du-Ha! Ha!", "on", "k1a-ob1", false)
	f.Add("ß", "\u200b", "\xff", "ﬁ", "ŉ", "\x00", true)
	f.Fuzz(func(t *testing.T, careOf, unit, street, city, province, code string, home bool) {
		kind := store.PostalAddress
		if home {
			kind = store.HomeAddress
		}
		a, faults := CheckAddress(kind, store.Address{CareOf: careOf, Unit: unit, Street: street, City: city, Province: province, PostalCode: code})
		if again, second := CheckAddress(kind, a); len(faults) == 0 && (again != a || len(second) > 0) {
			t.Fatalf("%+v becomes %+v, %v", a, again, second)
		}
		if len(faults) > 0 {
			return
		}
		lines := Lines(a)
		if len(lines) < 2 || len(lines) > 5 {
			t.Fatalf("%q", lines)
		}
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n == 0 || n > lineLength || !utf8.ValidString(line) || strings.ContainsFunc(line, unicode.IsControl) {
				t.Fatalf("%q has %d characters", line, n)
			}
		}
		if !strings.HasSuffix(lines[len(lines)-1], a.PostalCode) {
			t.Fatalf("%q", lines)
		}
	})
}
