package journey

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"prportal.example/internal/store"
)

// Field names a part of an address; pages use it for the names of their fields.
type Field string

const (
	FieldCareOf     Field = "care_of"
	FieldUnit       Field = "unit"
	FieldStreet     Field = "street"
	FieldCity       Field = "city"
	FieldProvince   Field = "province"
	FieldPostalCode Field = "postal_code"
)

// Fault says what is wrong with a part of an address.
type Fault struct {
	Field Field
	Code  FaultCode
}

// FaultCode is a kind of fault.
type FaultCode string

const (
	Missing       FaultCode = "missing"
	TooLong       FaultCode = "too_long"
	BadCharacters FaultCode = "characters" // a control character, or a script that mail in Canada is not addressed in
	Unknown       FaultCode = "unknown"    // no such province
	Malformed     FaultCode = "malformed"  // no postal code of Canada
	Elsewhere     FaultCode = "elsewhere"  // the postal code is in another province
	BoxAtHome     FaultCode = "box"        // nobody lives in a PO box
)

// FaultCodes returns what can be wrong with each part, in the order of the parts.
func FaultCodes() []Fault {
	return []Fault{{FieldCareOf, TooLong}, {FieldCareOf, BadCharacters}, {FieldUnit, TooLong}, {FieldUnit, BadCharacters},
		{FieldStreet, Missing}, {FieldStreet, TooLong}, {FieldStreet, BadCharacters}, {FieldStreet, BoxAtHome}, {FieldCity, Missing},
		{FieldCity, TooLong}, {FieldCity, BadCharacters}, {FieldProvince, Missing}, {FieldProvince, Unknown},
		{FieldPostalCode, Missing}, {FieldPostalCode, Malformed}, {FieldPostalCode, Elsewhere}}
}

// lineLength is how many characters Canada Post reads on a line. The parts are bounded so that no line of Lines is longer.
const lineLength = 40

var longest = map[Field]int{
	FieldCareOf: lineLength - len("C/O "), FieldUnit: 20, FieldStreet: lineLength, FieldCity: lineLength - len(" QC"),
}

// CheckAddress brings an address into its stored form, and says what is wrong with it, in the order of its parts. It is pure.
func CheckAddress(kind store.AddressKind, a store.Address) (store.Address, []Fault) {
	var faults []Fault
	wrong := func(f Field, code FaultCode) { faults = append(faults, Fault{f, code}) }
	part := func(f Field, s string, required bool) string {
		if s = tidy(s); !strings.ContainsFunc(s, says) && !strings.ContainsFunc(s, unprintable) {
			s = ""
		}
		switch {
		case s == "" && required:
			wrong(f, Missing)
		case strings.ContainsFunc(s, unprintable):
			wrong(f, BadCharacters)
		case utf8.RuneCountInString(upper(s)) > longest[f]:
			wrong(f, TooLong)
		}
		return s
	}
	a.Kind = kind
	if kind == store.HomeAddress {
		a.CareOf = ""
	}
	a.CareOf = part(FieldCareOf, careOf.ReplaceAllString(tidy(a.CareOf), ""), false)
	a.Unit = part(FieldUnit, a.Unit, false)
	a.Street = part(FieldStreet, a.Street, true)
	if kind == store.HomeAddress && box.MatchString(a.Street) {
		wrong(FieldStreet, BoxAtHome)
	}
	a.City = part(FieldCity, a.City, true)
	a.Province = strings.ToUpper(tidy(a.Province))
	switch {
	case a.Province == "":
		wrong(FieldProvince, Missing)
	case !slices.Contains(Provinces(), a.Province):
		wrong(FieldProvince, Unknown)
	}
	code, ok := NormalPostalCode(a.PostalCode)
	switch {
	case tidy(a.PostalCode) == "":
		wrong(FieldPostalCode, Missing)
	case !ok:
		a.PostalCode = tidy(a.PostalCode)
		wrong(FieldPostalCode, Malformed)
	default:
		a.PostalCode = code
		if slices.Contains(Provinces(), a.Province) && !codeFits(code, a.Province) {
			wrong(FieldPostalCode, Elsewhere)
		}
	}
	return a, faults
}

var (
	careOf = regexp.MustCompile(`(?i)^(c/o|a/s|aux soins d[eu']s?)\s+`)
	// box finds a PO box or general delivery where the street should be.
	box = regexp.MustCompile(`(?i)^(box|bo[iîÎ]te)\s+\d|\bp\.?\s?o\.?\s?box\b|\bpost(al)?\s(office\s)?box\b|\bc\.?\s?p\.?\s\d|\b(case|bo[iîÎ]te)\spostale\b` +
		`|^(general\sdelivery|gd|poste\srestante|pr)\b`)
)

// tidy writes spaces once, letters composed, and drops what nobody sees, such as marks that came with copied text.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFC.String(s))
	return strings.Join(strings.Fields(s), " ")
}

// punctuation is what addresses have beside letters and digits: "Saint-Louis-du-Ha! Ha!", "St. John’s", "123½ Main St. #4".
const punctuation = " -–—'’.,/#&()+:;!½¼¾°ºª"

// says tells letters and digits from what only stands between them.
func says(r rune) bool { return unicode.Is(unicode.Latin, r) || (r >= '0' && r <= '9') }

func unprintable(r rune) bool {
	return !says(r) && !unicode.Is(unicode.Mn, r) && !strings.ContainsRune(punctuation, r)
}
