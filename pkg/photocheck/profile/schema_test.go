package profile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// bySchema holds a profile's text against the JSON Schema, as an editor does.
func bySchema(t *testing.T, text []byte) error {
	t.Helper()
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(profile.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("profile.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("profile.json")
	if err != nil {
		t.Fatal(err)
	}
	var raw any
	if err := yaml.Unmarshal(text, &raw); err != nil {
		return err
	}
	data, err := json.Marshal(raw)
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return compiled.Validate(doc)
}

func textOf(t *testing.T, name string) []byte {
	t.Helper()
	p, err := profile.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return p.Text()
}

func TestEmbeddedProfiles(t *testing.T) {
	files, err := filepath.Glob("profiles/*.yaml")
	if err != nil || len(files) != len(profile.Embedded()) || !slices.Contains(profile.Embedded(), "icao") {
		t.Fatalf("%q of %q (%v)", profile.Embedded(), files, err)
	}
	for _, name := range profile.Embedded() {
		p, err := profile.ByName(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if onDisk, err := os.ReadFile("profiles/" + name + ".yaml"); err != nil || !bytes.Equal(onDisk, p.Text()) {
			t.Errorf("%s: the text is not that of the file (%v)", name, err)
		}
		if p.Name() != name || !strings.HasPrefix(p.ID(), name+"@") {
			t.Errorf("%s is called %s", name, p.ID())
		}
		if err := bySchema(t, p.Text()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		// The limits of the geometry are those of the frame.
		if got := p.Rule(report.PixelSize).Limit.Min; *got != float64(p.Frame().MinHeight) {
			t.Errorf("%s: pixel_size asks for %v pixels, the frame for %d", name, *got, p.Frame().MinHeight)
		}
		if got := p.Rule(report.HeadSize).Limit.Max; *got < p.Frame().HeadMax {
			t.Errorf("%s: head_size allows %v, the frame %v", name, *got, p.Frame().HeadMax)
		}
	}
	if _, err := profile.ByName("../profile"); err == nil || !strings.Contains(err.Error(), "icao, ircc-pr") {
		t.Errorf("a name that is none: %v", err)
	}
}

// TestWhatIsNoOfficesMatterIsTheSame: a limit on light, focus or face belongs to the measure. When one is calibrated anew, every
// profile has to follow.
func TestWhatIsNoOfficesMatterIsTheSame(t *testing.T) {
	own := []report.CheckID{report.PixelSize, report.Aspect, report.Colour, report.HeadSize}
	first, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	says := func(r profile.Rule) string {
		r.Source = ""
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, name := range profile.Embedded() {
		p, err := profile.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rules() {
			want := first.Rule(r.ID)
			if r.Unit != want.Unit || (!slices.Contains(own, r.ID) && says(r) != says(want)) {
				t.Errorf("%s: %s is %s, in %s %s", name, r.ID, says(r), first.Name(), says(want))
			}
		}
	}
}

func TestTheSchemaNamesEveryCheck(t *testing.T) {
	var schema struct {
		Properties struct {
			Checks struct {
				MinItems, MaxItems int
				PrefixItems        []struct {
					Properties struct {
						ID struct{ Const report.CheckID }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(profile.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	var ids []report.CheckID
	for _, i := range schema.Properties.Checks.PrefixItems {
		ids = append(ids, i.Properties.ID.Const)
	}
	if c := schema.Properties.Checks; !slices.Equal(ids, report.CheckIDs()) || c.MinItems != len(ids) || c.MaxItems != len(ids) {
		t.Errorf("%v, %d to %d", ids, c.MinItems, c.MaxItems)
	}
}

// TestTheLoaderAndTheSchemaAgree breaks a good profile in many ways. Both refuse it; what only the loader can tell is marked.
func TestTheLoaderAndTheSchemaAgree(t *testing.T) {
	good := string(textOf(t, "icao"))
	for _, tc := range []struct {
		name, old, replacement string
		loaderOnly             bool
	}{
		{name: "unknown key", old: "title: P", replacement: "tittle: x\ntitle: P"},
		{name: "unknown key of the frame", old: "  aspect_width: 7", replacement: "  aspect: 1\n  aspect_width: 7"},
		{name: "unknown key of a rule", old: "    unit: MB", replacement: "    units: MB\n    unit: MB"},
		{name: "unknown key of a limit", old: "{min: 0.5,", replacement: "{least: 0.5, min: 0.5,"},
		{name: "unknown key of a score", old: "{best: 1,", replacement: "{better: 2, best: 1,"},
		{name: "unknown key of a condition", old: "{value: eyes_covered,", replacement: "{values: x, value: eyes_covered,"},
		{name: "no name", old: "name: icao\n"},
		{name: "no title", old: "title: Portrait of a machine readable travel document, ICAO Doc 9303\n"},
		{name: "no key of the frame", old: "  head_max: 0.80\n"},
		{name: "no limit", old: "    limit: {min: null, max: 20, return_min: null, return_max: null}\n"},
		{name: "no key of a limit", old: "limit: {min: null, max: 20, return_min: null, return_max: null}", replacement: "limit: {min: null, max: 20, return_min: null}"},
		{name: "no condition", old: "    return_needs: null\n"},
		{name: "no policy", old: "    policy: review\n"},
		{name: "no source", old: "    source: ISO/IEC 29794-5 single face present; returns without any face, or where a further one is comparable in size\n"},
		{name: "an empty source", old: "source: ISO/IEC 29794-5 single face present; returns without any face, or where a further one is comparable in size", replacement: `source: ""`},
		{name: "an empty title", old: "title: Portrait of a machine readable travel document, ICAO Doc 9303", replacement: `title: ""`},
		{name: "no number", old: "max: 20,", replacement: "max: many,"},
		{name: "a number in quotes", old: "max: 20,", replacement: `max: "20",`},
		{name: "a number for text", old: "unit: MB", replacement: "unit: 5"},
		{name: "null for text", old: "unit: MB", replacement: "unit: null"},
		{name: "null for a list", old: "checks:\n", replacement: "checks: null\nrest:\n"},
		{name: "null for the best", old: "{best: 1,", replacement: "{best: null,"},
		{name: "a fraction of a pixel", old: "min_height: 531", replacement: "min_height: 531.5"},
		{name: "a negative side", old: "min_height: 531", replacement: "min_height: -531"},
		{name: "a huge side", old: "max_height: 2126", replacement: "max_height: 70000"},
		{name: "a huge print", old: "max_bytes: 4194304", replacement: "max_bytes: 9000000"},
		{name: "no share", old: "head_max: 0.80", replacement: "head_max: 1.2"},
		{name: "a share of nothing", old: "eyes_x_min: 0.45", replacement: "eyes_x_min: 0"},
		{name: "an unknown policy", old: "policy: review", replacement: "policy: shrug"},
		{name: "an unknown check", old: "id: glare", replacement: "id: sparkle"},
		{name: "a check in another place", old: "id: glare", replacement: "id: pose"},
		{name: "no bound at all", old: "{min: null, max: 20, return_min", replacement: "{min: null, max: null, return_min"},
		{name: "a condition without a name", old: "value: eyes_covered", replacement: `value: ""`},
		{name: "a condition that is text", old: "return_needs: {value: eyes_covered, min: 0.2}", replacement: "return_needs: eyes_covered"},
		{name: "a name with capitals", old: "name: icao", replacement: "name: ICAO"},
		{name: "a name that is a path", old: "name: icao", replacement: "name: ../icao"},
		{name: "not a number at all", old: "max: 20,", replacement: "max: .nan,"},
		{name: "no end", old: "max: 20,", replacement: "max: .inf,"},
		{name: "a list", old: good, replacement: "- name: icao\n"},
		{name: "nothing", old: good},
		{name: "the head the wrong way round", old: "head_min: 0.70", replacement: "head_min: 0.90", loaderOnly: true},
		{name: "the largest under the smallest", old: "max_height: 2126", replacement: "max_height: 100", loaderOnly: true},
		{name: "a return limit within the limit", old: "return_max: 0.864", replacement: "return_max: 0.5", loaderOnly: true},
		{name: "a score that runs backwards", old: "{best: 0.7, worst_low: 0.3, worst_high: 1.1}", replacement: "{best: 0.9, worst_low: 0.3, worst_high: 1.1}",
			loaderOnly: true},
		{name: "a worst that is missing", old: "{best: 0.7, worst_low: 0.3, worst_high: 1.1}", replacement: "{best: 0.7, worst_low: 0.3, worst_high: null}",
			loaderOnly: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if !strings.Contains(good, tc.old) {
				t.Fatalf("%q does not stand in the profile", tc.old)
			}
			broken := []byte(strings.Replace(good, tc.old, tc.replacement, 1))
			_, loaded := profile.Load(broken)
			schema := bySchema(t, broken)
			if loaded == nil || (schema == nil) != tc.loaderOnly {
				t.Errorf("the loader says %v, the schema %v", loaded, schema)
			}
		})
	}
	for name, change := range map[string]func(string) string{
		"comments":       func(s string) string { return "# mine\n" + s },
		"another policy": func(s string) string { return strings.Replace(s, "policy: return", "policy: review", 1) },
		"the limits in a block": func(s string) string {
			return strings.Replace(s, "limit: {min: null, max: 20, return_min: null, return_max: null}",
				"limit:\n      min: null\n      max: 20\n      return_min: null\n      return_max: null", 1)
		},
	} {
		changed := []byte(change(good))
		if _, err := profile.Load(changed); err != nil {
			t.Errorf("%s: the loader says %v", name, err)
		}
		if err := bySchema(t, changed); err != nil {
			t.Errorf("%s: the schema says %v", name, err)
		}
	}
}

func TestAProfileHasABound(t *testing.T) {
	if _, err := profile.Load(append(textOf(t, "icao"), bytes.Repeat([]byte("# more\n"), profile.MaxBytes/7)...)); err == nil ||
		!strings.Contains(err.Error(), fmt.Sprint(profile.MaxBytes)) {
		t.Errorf("%v", err)
	}
}
