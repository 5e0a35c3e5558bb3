package evaluate

import (
	"cmp"
	"math"
	"slices"

	"prportal.example/internal/evaluate/stats"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// seen is a photo beside what was expected of it.
type seen struct {
	*Photo
	Expectation
}

// Count fills in every number that follows from e's Photos and Expectations. rules are those that the photos were judged by.
func (e *Evaluation) Count(rules *profile.Profile) {
	photos := e.seen()
	e.Overall = overall(photos)
	e.Checks = nil
	for _, rule := range rules.Rules() {
		e.Checks = append(e.Checks, countCheck(rule, photos))
	}
	e.Sets = sets(photos)
	e.GroupKinds = groupKinds(photos, e.Checks)
	e.Labels = labels(photos)
}

func (e *Evaluation) seen() []seen {
	expected := map[string]Expectation{}
	for _, x := range e.Expectations {
		expected[x.Name] = x
	}
	photos := make([]seen, 0, len(e.Photos))
	for i := range e.Photos {
		photos = append(photos, seen{&e.Photos[i], expected[e.Photos[i].Expected]})
	}
	return photos
}

// faulty tells whether the whole photo counts as a faulty one.
func (s seen) faulty() bool { return len(s.Faulty) > 0 && !s.GoodOtherwise }

// flaggedOf tells whether one of the checks is flagged.
func (s seen) flaggedOf(ids []report.CheckID) bool {
	return slices.ContainsFunc(ids, func(id report.CheckID) bool { return s.Checks[id].Flagged() })
}

// wronglyFlagged tells whether a check that should not fail is flagged. One that the profile ignores does no harm.
func (s seen) wronglyFlagged() bool {
	return slices.ContainsFunc(s.Good, func(id report.CheckID) bool { return s.Checks[id].Flagged() && s.Checks[id].Action != report.Ignore })
}

func (s seen) told() bool { return s.flaggedOf(s.Faulty) || s.flaggedOf(s.Also) }

func (s seen) stopped() bool { return s.Error == "" && s.Decision != report.DecisionPass }

func overall(photos []seen) Overall {
	o := Overall{Photos: len(photos), People: people(photos)}
	var good, flagged, returned, open, faulty, told, stopped int
	for _, p := range photos {
		if p.Error != "" {
			o.Failed++
		}
		if p.faulty() {
			faulty++
			told += count(p.told())
			stopped += count(p.told() || p.stopped())
			continue
		}
		good++
		flagged += count(p.wronglyFlagged())
		returned += count(slices.ContainsFunc(p.Good, func(id report.CheckID) bool { return p.Checks[id].Returned() }))
		open += count(slices.ContainsFunc(p.Good, func(id report.CheckID) bool { return p.Checks[id].Outcome == report.Inconclusive }))
	}
	o.GoodFlagged, o.GoodReturned, o.GoodInconclusive = NewRate(flagged, good), NewRate(returned, good), NewRate(open, good)
	o.FaultyTold, o.FaultyStopped = NewRate(told, faulty), NewRate(stopped, faulty)
	return o
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// people counts the persons that are known by name.
func people(photos []seen) int {
	names := map[string]bool{}
	for _, p := range photos {
		if p.Subject != "" {
			names[p.Subject] = true
		}
	}
	return len(names)
}

// tally counts what a check found on photos.
func tally(id report.CheckID, photos []seen) Tally {
	t := Tally{Photos: len(photos), People: people(photos)}
	var flagged, returned, open, none, stopped int
	for _, p := range photos {
		f := p.Checks[id]
		flagged += count(f.Flagged())
		returned += count(f.Returned())
		open += count(f.Outcome == report.Inconclusive)
		none += count(f.Outcome == report.NotApplicable)
		stopped += count(f.Flagged() || p.stopped())
	}
	n := len(photos)
	t.Flagged, t.Returned, t.Inconclusive, t.NotApplicable = NewRate(flagged, n), NewRate(returned, n), NewRate(open, n), NewRate(none, n)
	t.Stopped = NewRate(stopped, n)
	return t
}

func countCheck(rule profile.Rule, photos []seen) Check {
	id := rule.ID
	good, faulty := split(photos, id)
	c := Check{ID: id, Policy: rule.Policy, Unit: rule.Unit, Limit: rule.Limit, Good: tally(id, good), Faulty: tally(id, faulty),
		Sets:   parts(rule, good, faulty, func(p seen) string { return p.Set }),
		Labels: parts(rule, good, faulty, func(p seen) string { return p.Label }),
		Groups: groupTallies(id, good), Effects: effects(id, faulty), Curve: curve(rule, good, faulty),
	}
	if id == report.PaperPrint || id == report.ScreenCapture {
		c.Attacks, c.Genuine = attacks(id, faulty), genuine(id, good)
	}
	return c
}

// split takes the photos that are good for a check, and those that are faulty for it.
func split(photos []seen, id report.CheckID) (good, faulty []seen) {
	for _, p := range photos {
		switch p.Truth(id) {
		case Good:
			good = append(good, p)
		case Faulty:
			faulty = append(faulty, p)
		case Unknown:
		}
	}
	return good, faulty
}

// margins are those of every photo with a measure that was judged.
func margins(rule profile.Rule, photos []seen) []float64 {
	var out []float64
	for _, p := range photos {
		if f := p.Checks[rule.ID]; f.Measure != nil && (f.Outcome == report.Pass || f.Outcome == report.Fail) {
			out = append(out, Margin(rule, *f.Measure))
		}
	}
	return out
}

// curve is that of the measures of both kinds of photos, nil unless there are some of each.
func curve(rule profile.Rule, good, faulty []seen) *Curve {
	g, f := margins(rule, good), margins(rule, faulty)
	if len(g) == 0 || len(f) == 0 {
		return nil
	}
	c := stats.NewCurve(g, f)
	return &Curve{AUC: c.AUC, EER: c.EER, Good: len(g), Faulty: len(f)}
}

// by puts photos together that share a key, in order of the keys; those with an empty one are left out.
func by(photos []seen, key func(seen) string) (keys []string, of map[string][]seen) {
	of = map[string][]seen{}
	for _, p := range photos {
		k := key(p)
		if k == "" {
			continue
		}
		if of[k] == nil {
			keys = append(keys, k)
		}
		of[k] = append(of[k], p)
	}
	slices.Sort(keys)
	return keys, of
}

func parts(rule profile.Rule, good, faulty []seen, key func(seen) string) []Part {
	goodKeys, ofGood := by(good, key)
	faultyKeys, ofFaulty := by(faulty, key)
	keys := append(goodKeys, faultyKeys...)
	slices.Sort(keys)
	out := []Part{}
	for _, k := range slices.Compact(keys) {
		part := Part{Name: k, Good: tally(rule.ID, ofGood[k]), Faulty: tally(rule.ID, ofFaulty[k])}
		if c := curve(rule, ofGood[k], ofFaulty[k]); c != nil {
			part.AUC = report.Number(c.AUC)
		}
		out = append(out, part)
	}
	return out
}

// sets counts whole photos: of good ones those flagged by a check that is measured on them, of faulty ones those told.
func sets(photos []seen) []Part {
	keys, of := by(photos, func(p seen) string { return p.Set })
	out := []Part{}
	for _, k := range keys {
		part := Part{Name: k}
		var good, faulty []seen
		for _, p := range of[k] {
			if p.faulty() {
				faulty = append(faulty, p)
			} else {
				good = append(good, p)
			}
		}
		part.Good, part.Faulty = whole(good), whole(faulty)
		out = append(out, part)
	}
	return out
}

// whole counts photos over all their checks. Of faulty ones a check that tells the fault counts, of good ones any that should not
// fail.
func whole(photos []seen) Tally {
	o := Tally{Photos: len(photos), People: people(photos)}
	var flagged, returned, open, stopped int
	for _, p := range photos {
		counted := p.Good
		if p.faulty() {
			counted = append(slices.Clone(p.Faulty), p.Also...)
		}
		flagged += count(p.faulty() && p.told() || !p.faulty() && p.wronglyFlagged())
		returned += count(slices.ContainsFunc(counted, func(id report.CheckID) bool { return p.Checks[id].Returned() }))
		open += count(slices.ContainsFunc(counted, func(id report.CheckID) bool { return p.Checks[id].Outcome == report.Inconclusive }))
		stopped += count(p.stopped())
	}
	n := len(photos)
	o.Flagged, o.Returned, o.Inconclusive, o.Stopped = NewRate(flagged, n), NewRate(returned, n), NewRate(open, n), NewRate(stopped, n)
	o.NotApplicable = NewRate(0, n)
	return o
}

// bands is how many parts the range of an effect's strengths is cut into.
const bands = 3

func effects(id report.CheckID, faulty []seen) []Effect {
	keys, of := by(faulty, func(p seen) string { return p.Effect })
	out := []Effect{}
	for _, k := range keys {
		e := Effect{Name: k, Faulty: tally(id, of[k]), Bands: []Band{}}
		e.From, e.To = math.Inf(1), math.Inf(-1)
		for _, p := range of[k] {
			if p.Strength != nil {
				e.From, e.To = min(e.From, *p.Strength), max(e.To, *p.Strength)
			}
		}
		if e.From >= e.To { // one strength, or none
			e.From, e.To = 0, 0
			out = append(out, e)
			continue
		}
		var n, flagged [bands]int
		for _, p := range of[k] {
			if p.Strength == nil {
				continue
			}
			i := min(bands-1, int((*p.Strength-e.From)/(e.To-e.From)*bands))
			n[i]++
			flagged[i] += count(p.Checks[id].Flagged())
		}
		step := (e.To - e.From) / bands
		for i := range bands {
			e.Bands = append(e.Bands, Band{e.From + float64(i)*step, e.From + float64(i+1)*step, NewRate(flagged[i], n[i])})
		}
		out = append(out, e)
	}
	return out
}

func labels(photos []seen) []Label {
	keys, of := by(photos, func(p seen) string { return p.Label + "\x00" + p.Expected })
	out := []Label{}
	for _, k := range keys {
		l := Label{Label: of[k][0].Label, Expected: of[k][0].Expected, Photos: len(of[k])}
		right := 0
		for _, p := range of[k] {
			switch {
			case p.Error != "":
				l.Failed++
			case p.Decision == report.DecisionReturn:
				l.Return++
			case p.Decision == report.DecisionReview:
				l.Review++
			default:
				l.Pass++
			}
			told := len(p.Faulty) == 0 || p.told()
			right += count(told && !p.wronglyFlagged() && p.Error == "")
			l.Otherwise += count(!told && p.stopped())
		}
		l.Right = NewRate(right, l.Photos)
		out = append(out, l)
	}
	return out
}

// species is what recaptures are told apart by: the way they were made.
func (p Photo) species() string { return cmp.Or(p.Effect, p.Label) }

func attacks(id report.CheckID, faulty []seen) []Attack {
	return presentations(id, faulty, func(p seen) string { return p.species() }, false)
}

// genuine are direct photos and allowed scans. Simulated ones are one kind each: what was done to them is not the question here.
func genuine(id report.CheckID, good []seen) []Attack {
	return presentations(id, good, func(p seen) string {
		kind := "direct"
		if p.Scan {
			kind = "allowed scan"
		}
		if p.Effect != "" {
			kind += ", simulated"
		}
		return kind
	}, true)
}

func presentations(id report.CheckID, photos []seen, species func(seen) string, genuine bool) []Attack {
	keys, of := by(photos, func(p seen) string { return species(p) + "\x00" + p.Set })
	out := []Attack{}
	for _, k := range keys {
		list := of[k]
		t := tally(id, list)
		a := Attack{Species: species(list[0]), Set: list[0].Set, Photos: len(list),
			NoResponse: NewRate(t.Inconclusive.Count+t.NotApplicable.Count, len(list))}
		if genuine {
			a.Error, a.ErrorAtReturn = t.Flagged, t.Returned
		} else {
			a.Error, a.ErrorAtReturn = NewRate(len(list)-t.Flagged.Count, len(list)), NewRate(len(list)-t.Returned.Count, len(list))
		}
		out = append(out, a)
	}
	return out
}
