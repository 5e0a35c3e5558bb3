// Package profile holds the rules by which measures become verdicts. A profile is data: limits, policy and the source of
// each rule. Judging is pure Go, so that whoever stores a report can judge its measures again.
package profile

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"prportal.example/pkg/photocheck/report"
)

// Profile is a set of rules. It does not change once it is loaded.
type Profile struct {
	name  string
	id    string
	title string
	frame Frame
	rules []Rule
	text  []byte
}

// Frame says which part of a picture can be printed. Lengths are pixels of the print, shares are of its width or height.
type Frame struct {
	Source       string  `yaml:"source"`
	AspectWidth  int     `yaml:"aspect_width"`
	AspectHeight int     `yaml:"aspect_height"`
	MinWidth     int     `yaml:"min_width"`
	MinHeight    int     `yaml:"min_height"`
	MaxWidth     int     `yaml:"max_width"`
	MaxHeight    int     `yaml:"max_height"`
	MaxBytes     int     `yaml:"max_bytes"`
	HeadMin      float64 `yaml:"head_min"` // chin to crown
	HeadMax      float64 `yaml:"head_max"`
	EyesXMin     float64 `yaml:"eyes_x_min"`
	EyesXMax     float64 `yaml:"eyes_x_max"`
	EyesYMin     float64 `yaml:"eyes_y_min"`
	EyesYMax     float64 `yaml:"eyes_y_max"`
}

// Rule is what one check is held against.
type Rule struct {
	ID          report.CheckID
	Unit        string
	Limit       report.Limit
	Score       Scale
	Policy      report.Action
	ReturnNeeds *Condition
	Source      string
}

// Scale maps a measure to a score: 100 at Best, 50 at the limit, 0 at WorstLow or WorstHigh.
type Scale struct {
	Best                float64
	WorstLow, WorstHigh *float64
}

// Condition asks for a further value of a check.
type Condition struct {
	Value string  `yaml:"value"`
	Min   float64 `yaml:"min"`
}

//go:embed profiles/*.yaml
var embedded embed.FS

// Embedded lists the names of the profiles that come with this package, in order. The file of each is profiles/NAME.yaml.
func Embedded() []string {
	files, _ := embedded.ReadDir("profiles") // an embedded folder can be read
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".yaml"))
	}
	return names
}

// DefaultName is the profile that judges where no other is asked for.
const DefaultName = "ircc-pr"

// Default returns the embedded profile ircc-pr.
func Default() (*Profile, error) { return ByName(DefaultName) }

// ByName returns an embedded profile.
func ByName(name string) (*Profile, error) {
	if !slices.Contains(Embedded(), name) {
		return nil, fmt.Errorf("profile: there is no %q, only %s", name, strings.Join(Embedded(), ", "))
	}
	data, err := embedded.ReadFile("profiles/" + name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return Load(data)
}

// Open returns the embedded profile of that name, or else the one in that file.
func Open(nameOrFile string) (*Profile, error) {
	if slices.Contains(Embedded(), nameOrFile) {
		return ByName(nameOrFile)
	}
	data, err := os.ReadFile(nameOrFile)
	if err != nil {
		return nil, fmt.Errorf("profile: there is no built-in one of this name (%s), and no file: %w", strings.Join(Embedded(), ", "), err)
	}
	return Load(data)
}

//go:embed profile.schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of a profile, for editors and for other programs. Load is stricter: it also
// refuses numbers that contradict each other.
func Schema() []byte { return slices.Clone(schema) }

// MaxBytes is the most that a profile's text may have: one has about 8 KB.
const MaxBytes = 256 << 10

// Load reads a profile. A key that is unknown, missing or makes no sense is an error that names it.
func Load(data []byte) (*Profile, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("profile: %d bytes, at most %d are allowed", len(data), MaxBytes)
	}
	var raw map[string]any
	if err := yaml.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	if err := requireKeys(raw); err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	var f file
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.DisallowUnknownField()).Decode(&f); err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	p := &Profile{name: f.Name, title: f.Title, frame: f.Frame, text: slices.Clone(data)}
	for _, r := range f.Checks {
		p.rules = append(p.rules, r.rule())
	}
	if err := p.validate(); err != nil {
		return nil, fmt.Errorf("profile %q: %w", f.Name, err)
	}
	sum := sha256.Sum256(data)
	p.id = p.name + "@" + hex.EncodeToString(sum[:6])
	return p, nil
}

// Name returns the profile's name.
func (p *Profile) Name() string { return p.name }

// ID returns name@hash, where the hash is of the profile's text.
func (p *Profile) ID() string { return p.id }

// Title returns what the profile is for, in words.
func (p *Profile) Title() string { return p.title }

// Text returns what the profile was loaded from.
func (p *Profile) Text() []byte { return slices.Clone(p.text) }

// Frame returns the rules for the part of the picture that is printed.
func (p *Profile) Frame() Frame { return p.frame }

// Rules returns the rules in table order.
func (p *Profile) Rules() []Rule { return p.rules }

// Rule returns the rule for a check; a loaded profile has one for each.
func (p *Profile) Rule(id report.CheckID) Rule {
	for _, r := range p.rules {
		if r.ID == id {
			return r
		}
	}
	return Rule{ID: id, Policy: report.ToReview}
}
