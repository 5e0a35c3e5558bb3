package photocheck_test

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/fnv"
	"image"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"prportal.example/internal/evaluate"
	"prportal.example/internal/simulate"
	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck"
	"prportal.example/pkg/photocheck/report"
)

// corpusCase is one photo of the corpus. Its path is the name that it goes by: fetched/…, photos/… (of PHOTOS), or
// simulated/EFFECT/BASE.
type corpusCase struct {
	evaluate.Sample
	read func() ([]byte, error)
}

const (
	corpusSeed = 1
	// corpusHeight is that of the bases of simulation in pixels: enough for a printed frame, with little to compute.
	corpusHeight = 1100
)

// fetchedPhotos are the labelled photos that every machine has.
const fetchedPhotos = `path	label	subject
fetched/biden.jpg	direct_portrait	biden
fetched/obama.jpg	direct_portrait	obama
fetched/obama2.jpg	direct_portrait	obama
fetched/astronaut.png	direct_portrait	astronaut
fetched/obama_partial_face.jpg	cropped_partial_face	obama
fetched/obama_partial_face2.jpg	cropped_partial_face	obama
fetched/coffee.png	noface_scene
fetched/page.png	noface_scene
fetched/chelsea.png	noface_scene
fetched/rocket.jpg	noface_scene
fetched/coins.png	noface_scene
`

// base is a portrait that faults are put on, of one group of people.
type base struct {
	name, subject, group string
	open                 func() (simulate.Portrait, error)
}

// The pupils of fetched portraits, read off by eye to a few pixels.
var fetchedBases = []struct {
	file string
	eyes [2]simulate.Point
}{
	{testphotos.Biden, [2]simulate.Point{{X: 531, Y: 322}, {X: 651, Y: 347}}},
	{testphotos.Obama, [2]simulate.Point{{X: 442, Y: 212}, {X: 549, Y: 211}}},
}

// everywhere are the faults that are put on the portrait of every group, not on two portraits only. They are plain ones: what is
// missed of them is told by TestCorpus whatever the expected file says.
var everywhere = []string{"dark", "bright", "side_light", "defocus", "glare_spots", "few_pixels", "group", "tilt"}

// corpus lists the cases by name. Without PHOTOS it holds what can be made of fetched photos.
func corpus(t *testing.T) []corpusCase {
	t.Helper()
	table, err := evaluate.LoadTable(nil)
	if err != nil {
		t.Fatal(err)
	}
	labels := func(text, root string) []evaluate.Sample {
		samples, err := evaluate.ReadLabels(strings.NewReader(text), table, root)
		if err != nil {
			t.Fatal(err)
		}
		return samples
	}
	var cases []corpusCase
	for _, s := range labels(fetchedPhotos, "") {
		cases = append(cases, corpusCase{s, func() ([]byte, error) { return testphotos.Read(path.Base(s.Path)) }})
	}
	if half, err := testphotos.Read(testphotos.Biden); err != nil {
		t.Fatal(err)
	} else {
		s := labels("path\tlabel\tsubject\nfetched/half_of_biden.jpg\tfile_intact\tbiden\n", "")[0]
		cases = append(cases, corpusCase{s, func() ([]byte, error) { return testphotos.Half(half), nil }})
	}
	bases, own := basesOfFetched(), []base(nil)
	if root, ok := testphotos.Labelled(); ok {
		text, err := os.ReadFile(filepath.Join(root, "labels.tsv"))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range labels(string(text), "") {
			file := filepath.Join(root, filepath.FromSlash(s.Path))
			if b, ok := baseOf(s, file); ok && !slices.ContainsFunc(own, func(o base) bool { return o.group == b.group }) {
				own = append(own, b)
			}
			s.Path = "photos/" + s.Path
			cases = append(cases, corpusCase{s, func() ([]byte, error) { return os.ReadFile(file) }})
		}
	}
	cases = append(cases, simulated(t, table, bases, own)...)
	slices.SortFunc(cases, func(a, b corpusCase) int { return cmp.Compare(a.Path, b.Path) })
	return cases
}

// simulated puts each effect on one fetched portrait and one of PHOTOS, and plain faults on all of them. The name of an effect
// chooses its portraits, so that a new effect leaves the others where they were.
func simulated(t *testing.T, table *evaluate.Table, fetched, own []base) []corpusCase {
	var text strings.Builder
	text.WriteString("path\tlabel\tsubject\tgroup\tset\tkind\texpect\teffect\tstrength\n")
	type work struct {
		base
		simulate.Effect
	}
	works := map[string]work{}
	for _, e := range simulate.Effects() {
		var chosen []base
		for _, list := range [][]base{fetched, own} {
			h := fnv.New32a()
			_, _ = h.Write([]byte(e.Name)) // never fails
			switch {
			case slices.Contains(everywhere, e.Name):
				chosen = append(chosen, list...)
			case len(list) > 0:
				chosen = append(chosen, list[int(h.Sum32()%uint32(len(list)))])
			}
		}
		for _, b := range chosen {
			name := path.Join("simulated", e.Name, b.name)
			works[name] = work{b, e}
			expect := cmp.Or(string(e.Expect), "-")
			strength := strconv.FormatFloat(e.At(1), 'g', -1, 64)
			text.WriteString(strings.Join([]string{name, e.Label(), b.subject, b.group, "simulated", string(e.Kind), expect,
				e.Name, strength}, "\t") + "\n")
		}
	}
	samples, err := evaluate.ReadLabels(strings.NewReader(text.String()), table, "")
	if err != nil {
		t.Fatal(err)
	}
	var out []corpusCase
	for _, s := range samples {
		w := works[s.Path]
		out = append(out, corpusCase{s, func() ([]byte, error) {
			p, err := w.open()
			if err != nil {
				return nil, err
			}
			return w.Apply(p, w.At(1), simulate.Seeded(corpusSeed, w.base.name+" "+w.Effect.Name)).Encode()
		}})
	}
	return out
}

// opened reads a portrait once for all effects, upright, in a frame and with pixels enough, so that none of them starts with a
// fault.
func opened(read func() ([]byte, error), eyes [2]simulate.Point) func() (simulate.Portrait, error) {
	return sync.OnceValues(func() (simulate.Portrait, error) {
		data, err := read()
		if err != nil {
			return simulate.Portrait{}, err
		}
		pixels, err := simulate.Decode(data)
		if err != nil {
			return simulate.Portrait{}, err
		}
		p, err := simulate.NewPortrait(pixels, eyes)
		if err != nil {
			return p, err
		}
		p = framed(p.Upright())
		return p.Resized(corpusHeight / float64(p.Pixels.Rect.Dy())), nil
	})
}

// framed cuts a 5:7 frame in which the head is as large as on a print, or as near to that as the picture allows.
func framed(p simulate.Portrait) simulate.Portrait {
	size := p.Pixels.Rect.Size()
	h := min(size.Y, size.X*7/5, int(7.5*math.Hypot(p.Eyes[1].X-p.Eyes[0].X, p.Eyes[1].Y-p.Eyes[0].Y)))
	w := h * 5 / 7
	x, y := int(p.Eyes[0].X+p.Eyes[1].X)/2-w/2, int(p.Eyes[0].Y-.42*float64(h))
	x, y = min(max(x, 0), size.X-w), min(max(y, 0), size.Y-h)
	return p.Cut(image.Rect(x, y, x+w, y+h))
}

func basesOfFetched() []base {
	var out []base
	for _, f := range fetchedBases {
		subject := strings.TrimSuffix(f.file, path.Ext(f.file))
		read := func() ([]byte, error) { return testphotos.Read(f.file) }
		out = append(out, base{"fetched/" + f.file, subject, "", opened(read, f.eyes)})
	}
	return out
}

// baseOf makes a base of a labelled studio portrait with landmarks, whose group of people somebody declared.
func baseOf(s evaluate.Sample, file string) (base, bool) {
	landmarks, err := os.ReadFile(strings.TrimSuffix(file, filepath.Ext(file)) + ".tem")
	if err != nil {
		return base{}, false
	}
	var group []string
	for _, g := range s.Groups {
		if g.Name == "ethnicity" || g.Name == "gender" {
			group = append(group, g.Name+"="+g.Value)
		}
	}
	points, err := simulate.ReadLandmarks(bytes.NewReader(landmarks))
	if err != nil {
		return base{"photos/" + s.Path, s.Subject, s.Path, func() (simulate.Portrait, error) { return simulate.Portrait{}, err }}, true
	}
	return base{"photos/" + s.Path, s.Subject, strings.Join(group, ";"),
		opened(func() ([]byte, error) { return os.ReadFile(file) }, [2]simulate.Point(points[:2]))}, true
}

// seen is a case beside its report.
type seen struct {
	corpusCase
	report report.Report
}

// inspectAll judges the cases, on as many inspectors as there are cores.
func inspectAll(t *testing.T, cases []corpusCase, inspectors []*photocheck.Inspector) []seen {
	t.Helper()
	out := make([]seen, len(cases))
	faults := make([]error, len(cases))
	next := make(chan int)
	var wait sync.WaitGroup
	for _, in := range inspectors {
		wait.Go(func() {
			for i := range next {
				data, err := cases[i].read()
				if err == nil {
					out[i].corpusCase = cases[i]
					out[i].report, err = in.Inspect(t.Context(), data)
				}
				if err == nil {
					err = report.Validate(out[i].report)
				}
				if err != nil {
					faults[i] = fmt.Errorf("%s: %w", cases[i].Path, err)
				}
			}
		})
	}
	for i := range cases {
		next <- i
	}
	close(next)
	wait.Wait()
	for _, err := range faults {
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}
