package evaluate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"prportal.example/internal/evaluate"
	"prportal.example/pkg/photocheck/report"
)

func table(t testing.TB, own string) *evaluate.Table {
	t.Helper()
	out, err := evaluate.LoadTable([]byte(own))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func readLabels(t testing.TB, text string) ([]evaluate.Sample, error) {
	t.Helper()
	return evaluate.ReadLabels(strings.NewReader(text), table(t, ""), "photos")
}

func TestReadLabels(t *testing.T) {
	samples, err := readLabels(t, "\ufeffpath\tlabel\tsubject\tgroup\tlandmarks\r\n"+
		"a/direct_studio_neutral/1.jpg\tdirect_studio_neutral\t001\teast_asian/white;female;24\tyes\r\n"+
		"\r\n"+
		"2.jpg\ttoo_dark\t\t;male;NA\n"+
		"./a//3.jpg\tscan_old\t002\tspectacles=yes;age=61\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(samples) != 3 {
		t.Fatalf("%d samples", len(samples))
	}
	for i, want := range []string{
		"a/direct_studio_neutral/1.jpg 2 a 001 [{ethnicity east_asian/white} {gender female} {age 18 to 24}] []",
		"2.jpg 4 photos  [{gender male}] [too_dark]",
		"a/3.jpg 5 a 002 [{spectacles yes} {age 55 to 64}] []",
	} {
		s := samples[i]
		if got := fmt.Sprint(s.Path, " ", s.Line, " ", s.Set, " ", s.Subject, " ", s.Groups, " ", s.Faulty); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if !samples[2].Scan || samples[0].Truth(report.Background) != evaluate.Good || samples[1].Truth(report.Background) != evaluate.Unknown ||
		samples[1].Truth(report.TooDark) != evaluate.Faulty || samples[1].Truth(report.FileIntact) != evaluate.Good {
		t.Errorf("%+v", samples)
	}
}

func TestSimulatedRows(t *testing.T) {
	samples, err := readLabels(t, "path\tlabel\tset\tkind\texpect\teffect\tstrength\n"+
		"1.jpg\tunderexposed\tsim\tdirect\ttoo_dark\tunderexposed\t-2.5\n"+
		"2.jpg\tjpeg\tsim\tdirect\t\tjpeg\t40\n"+
		"dim/3.jpg\tflatbed\t\tscan\t-\tflatbed\t1\n"+
		"4.jpg\tmask\tsim\tdirect\tfeatures_visible, face_count\tmask\t1\n"+
		"5.jpg\ttoo_dark\tsim\tdirect\t-\tdim\t1\n"+
		"6.jpg\tprint\tsim\tprint\tpaper_print\tprint\t1\n")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		faulty         []report.CheckID
		print, tooDark evaluate.Truth
	}{
		{[]report.CheckID{report.TooDark}, evaluate.Good, evaluate.Faulty},
		{nil, evaluate.Good, evaluate.Good},
		{nil, evaluate.Good, evaluate.Unknown},
		{[]report.CheckID{report.FaceCount, report.FeaturesVisible}, evaluate.Good, evaluate.Unknown},
		{nil, evaluate.Good, evaluate.Good},
		{[]report.CheckID{report.PaperPrint}, evaluate.Faulty, evaluate.Unknown},
	} {
		s := samples[i]
		if !slices.Equal(s.Faulty, want.faulty) || s.Truth(report.PaperPrint) != want.print || s.Truth(report.TooDark) != want.tooDark || (s.Set != "sim" && i != 2) {
			t.Errorf("%s: %+v", s.Path, s)
		}
	}
	if fmt.Sprint(samples[0].Also, samples[5].Also, samples[3].Also) != "[face_count] [screen_capture] [eyes_visible]" {
		t.Errorf("%v %v %v", samples[0].Also, samples[5].Also, samples[3].Also)
	}
	if !samples[2].Scan || samples[2].Set != "photos" || *samples[0].Strength != -2.5 || samples[0].Effect != "underexposed" {
		t.Errorf("%+v", samples)
	}
}

func TestFaultsOfLabels(t *testing.T) {
	for text, want := range map[string]string{
		"":                                              "no photo is listed",
		"path\tlabel\n\n":                               "no photo is listed",
		"file\tlabel\n":                                 "line 1: there is no column path",
		"path\tclass\n":                                 "line 1: there is no column label",
		"path\tlabel\tlabel\n":                          "line 1: column \"label\" stands twice",
		"path\tlabel\na.jpg\tnonsense\n":                "line 2: unknown label \"nonsense\"",
		"path\tlabel\n\na.jpg\n":                        "line 3: unknown label \"\"",
		"path\tlabel\n\tgood\n":                         "line 2: the path is empty",
		"path\tlabel\n/a.jpg\tgood\n":                   "line 2: path \"/a.jpg\" leads out",
		"path\tlabel\n../a.jpg\tgood\n":                 "line 2: path \"../a.jpg\" leads out",
		"path\tlabel\nx/../..\tgood\n":                  "leads out",
		"path\tlabel\na\tgood\n./a\tgood":               "line 3: \"a\" stands in line 2 too",
		"path\tlabel\na\tgood\tx\n":                     "line 2: 3 cells for 2 columns",
		"path\tlabel\na\xff\tgood\n":                    "line 2: not UTF-8",
		"path\tlabel\texpect\na\tb\tno_c":               "line 2: there is no check \"no_c\"",
		"path\tlabel\tstrength\na\tgood\tx":             "line 2: strength \"x\" is no number",
		"path\tlabel\n" + strings.Repeat("a", 70<<10):   "line 2: longer than 64 KB",
		"path\tlabel\n" + strings.Repeat("a\tbad\n", 9): "line 6: unknown label \"bad\": name it in a file of expectations\nand 4 more",
	} {
		if _, err := readLabels(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
}

func TestFolders(t *testing.T) {
	for _, tc := range []struct{ path, root, label, set string }{
		{"london/direct_studio_neutral/1.jpg", "photos", "direct_studio_neutral", "london"},
		{"too_dark/1.jpg", "photos", "too_dark", "photos"},
		{"too_dark/phone/1.jpg", "photos", "too_dark", "photos"},
		{"phone/too_dark/deep/er/1.jpg", "photos", "too_dark", "phone"},
		{"good/too_dark/1.jpg", "photos", "too_dark", "good"},
		{"1.jpg", "glare", "glare", "glare"},
		{"phone/1.jpg", "glare", "glare", "phone"},
	} {
		samples, err := evaluate.Foldered([]string{tc.path}, table(t, ""), tc.root)
		if err != nil || samples[0].Label != tc.label || samples[0].Set != tc.set {
			t.Errorf("%+v: %v, %+v", tc, err, samples)
		}
	}
	_, err := evaluate.Foldered([]string{"a/1.jpg", "good/2.jpg", "3.jpg"}, table(t, ""), "photos")
	if err == nil || !strings.Contains(err.Error(), `"a/1.jpg": no folder above it`) || !strings.Contains(err.Error(), `"3.jpg"`) {
		t.Errorf("%v", err)
	}
}

func TestEveryCheckIsALabel(t *testing.T) {
	for _, id := range report.CheckIDs() {
		e, ok := table(t, "").Expect(string(id))
		if !ok || e.Truth(id) != evaluate.Faulty {
			t.Errorf("%s: %+v", id, e)
		}
	}
}

// The labels of the sets that the project measures on.
func TestTheBuiltInTable(t *testing.T) {
	for label, want := range map[string]string{
		"direct_studio_neutral": "[]", "direct_studio_smiling": "[expression]", "direct_passportlike": "[]", "direct_portrait": "[]",
		"direct_webcam_face": "[]", "direct_selfie_dim": "[]", "multi_face": "[face_count]", "cropped_partial_face": "[features_visible]",
		"recapture_print_face": "[paper_print]", "recapture_screen_noface": "[face_count screen_capture]", "recapture_screen_face": "[screen_capture]",
		"scan_print": "[]", "medical_mask": "[features_visible]", "sunglasses": "[features_visible]", "closed_eyes": "[eyes_visible]", "good": "[]",
	} {
		e, ok := table(t, "").Expect(label)
		if !ok || fmt.Sprint(e.Faulty) != want || e.What == "" {
			t.Errorf("%s: %+v", label, e)
		}
		for _, id := range e.Faulty {
			if slices.Contains(e.Good, id) {
				t.Errorf("%s: %s is good and faulty", label, id)
			}
		}
	}
	if e, _ := table(t, "").Expect("good"); len(e.Good) != len(report.CheckIDs()) {
		t.Errorf("good: %v", e.Good)
	}
}

func TestOwnExpectations(t *testing.T) {
	own := table(t, `
groups: [skin]
lists: {mine: [too_dark, glare]}
labels:
  - {match: "kiosk_*", what: the kiosk, good: [mine, pose], expect: [background], also: [even_light]}
  - {match: "direct_*", what: not the usual one, good: [studio]}
`)
	e, ok := own.Expect("kiosk_7")
	if !ok || fmt.Sprint(e.Good, e.Faulty, e.Also) != "[pose too_dark glare] [background] [even_light]" {
		t.Errorf("%+v", e)
	}
	if e, _ := own.Expect("direct_portrait"); e.What != "not the usual one" || e.Truth(report.Background) != evaluate.Good {
		t.Errorf("%+v", e)
	}
	if e, ok := own.Expect("multi_face"); !ok || e.Truth(report.FaceCount) != evaluate.Faulty {
		t.Errorf("%+v", e)
	}
	if fmt.Sprint(own.GroupNames) != "[skin]" {
		t.Errorf("%v", own.GroupNames)
	}
	for text, want := range map[string]string{
		"labels: [{match: a, good: [nothing]}]":                "label \"a\": there is no check \"nothing\"",
		"labels: [{match: a, expect: [studio]}]":               "there is no check \"studio\"",
		"labels: [{match: a, good: [glare], expect: [glare]}]": "glare can't be good and fail",
		"labels: [{match: \"[\", good: [glare]}]":              "syntax error in pattern",
		"related: {glare: [nothing]}":                          "related: there is no check \"nothing\"",
		"labels: [{good: [glare]}]":                            "match must not be empty",
		"labels: [{match: a, goood: [glare]}]":                 "goood",
		"nonsense":                                             "expectations: ",
	} {
		if _, err := evaluate.LoadTable([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func FuzzReadLabels(f *testing.F) {
	f.Add("path\tlabel\tgroup\tset\tkind\texpect\teffect\tstrength\na/b.jpg\tgood\twhite;female;24\ts\tdirect\ttoo_dark\tdim\t.5\n")
	f.Add("label\tpath\r\ngood\t../x\r\n")
	f.Add("\ufeffpath\tlabel\ngood\tgood\n")
	own := table(f, "")
	f.Fuzz(func(t *testing.T, text string) {
		samples, err := evaluate.ReadLabels(strings.NewReader(text), own, "root")
		if (err == nil) == (len(samples) == 0) {
			t.Fatalf("%d samples, %v", len(samples), err)
		}
		seen := map[string]bool{}
		for _, s := range samples {
			if seen[s.Path] || s.Path == "" || strings.HasPrefix(s.Path, "/") || s.Path == ".." || strings.HasPrefix(s.Path, "../") || s.Set == "" ||
				s.Name == "" || s.Line < 2 {
				t.Fatalf("%+v", s)
			}
			seen[s.Path] = true
			for _, id := range s.Faulty {
				if slices.Contains(s.Good, id) {
					t.Fatalf("%s is good and faulty", id)
				}
			}
		}
	})
}
