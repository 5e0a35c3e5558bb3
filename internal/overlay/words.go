package overlay

import (
	"strings"

	"prportal.example/pkg/photocheck/report"
)

type wording struct{ title, crop, limit, fail, pass, unknown string }

func words(lang string) wording {
	if lang == "fr" {
		return wording{
			title: "Ce que la vérification automatique a trouvé, dessiné sur la photo", crop: "Cadre imprimé", limit: "limite",
			fail: "à regarder", pass: "conforme", unknown: "non mesuré",
		}
	}
	return wording{
		title: "What the automatic check found, drawn on the photo", crop: "Printed frame", limit: "limit",
		fail: "to look at", pass: "meets the rule", unknown: "not measured",
	}
}

func (g Group) outcomeWords(w wording) string {
	switch g.Outcome {
	case report.Fail:
		return w.fail
	case report.Pass:
		return w.pass
	case report.NotApplicable, report.Inconclusive:
		if g.Name == CropGroup {
			return ""
		}
	}
	return w.unknown
}

// labelStyle is what a label of evidence is called and how it is drawn.
type labelStyle struct {
	en, fr string
	fill   bool // what a closed line surrounds is shaded
	ends   ends // what marks the ends of a line
}

type ends int

const (
	plain ends = iota
	rings      // pupils
	ruler      // a measured length, with the permitted one beside it
)

// labelStyles are the labels that checks give their evidence. A label may go on after an underscore: edge_left is an edge. One that
// is not here is drawn plainly, under the title of its check.
var labelStyles = map[string]labelStyle{
	"face":        {en: "Face", fr: "Visage"},
	"eye":         {en: "Eye", fr: "Œil"},
	"eyes":        {en: "Eyes", fr: "Yeux", ends: rings},
	"closed_eye":  {en: "Closed eye", fr: "Œil fermé"},
	"covered_eye": {en: "Covered eye", fr: "Œil caché", fill: true},
	"nose":        {en: "Nose", fr: "Nez"},
	"mouth":       {en: "Mouth", fr: "Bouche"},
	"head":        {en: "Head", fr: "Tête", ends: ruler},
	"glare":       {en: "Glare", fr: "Reflet", fill: true},
	"sheen":       {en: "Sheen", fr: "Lueur bleutée", fill: true},
	"veil":        {en: "Veil of light", fr: "Voile de lumière"},
	"dark":        {en: "Dark", fr: "Sombre", fill: true},
	"bright":      {en: "Bright", fr: "Clair", fill: true},
	"blur":        {en: "Blurred", fr: "Flou", fill: true},
	"dark_side":   {en: "Darker side", fr: "Côté plus sombre", fill: true},
	"background":  {en: "Background", fr: "Arrière-plan", fill: true},
	"covered":     {en: "Covered", fr: "Caché", fill: true},
	"cut":         {en: "Cut off here", fr: "Coupé ici"},
	"edge":        {en: "Edge", fr: "Bord"},
	"paper":       {en: "Paper", fr: "Papier"},
	"pattern":     {en: "Pattern", fr: "Trame"},
}

// styleOf returns the style of a label and the name it goes by; without a name the label is unknown.
func styleOf(label string) (name string, s labelStyle) {
	for label != "" {
		if s, ok := labelStyles[label]; ok {
			return label, s
		}
		label = label[:max(0, strings.LastIndexByte(label, '_'))]
	}
	return "", labelStyle{}
}

// text is what a piece of evidence of the group is called in the language.
func (g Group) text(label, lang string) string {
	name, s := styleOf(label)
	switch {
	case name == "":
		return g.Title
	case lang == "fr":
		return s.fr
	default:
		return s.en
	}
}
