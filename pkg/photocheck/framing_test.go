package photocheck

import (
	"math"
	"testing"

	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

func frameRules(t *testing.T) profile.Frame {
	t.Helper()
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	return p.Frame()
}

// upright is a level head of that height with its eyes at (x,y).
func upright(x, y, height float64) head {
	return head{crown: point{x, y - .485*height}, chin: point{x, y + .515*height}, eyes: point{x, y}}
}

func TestFrameHead(t *testing.T) {
	rules := frameRules(t)
	for _, tc := range []struct {
		name          string
		head          head
		width, height int
		fails         report.CheckID
		whole         bool
	}{
		{"made for the purpose", upright(500, 560, 660), 1000, 1400, "", true},
		{"phone picture", upright(1500, 1500, 900), 3000, 4000, "", false},
		{"head fills the frame", upright(675, 700, 900), 1350, 1350, report.HeadSize, false},
		{"head far away", upright(1500, 1500, 300), 3000, 4000, report.PixelSize, false},
		{"head far away, but within the margin", upright(1500, 1500, 425), 3000, 4000, "", false},
		{"head beyond the margin", upright(1500, 1500, 410), 3000, 4000, report.PixelSize, false},
		{"small picture", upright(250, 300, 350), 500, 700, report.PixelSize, false},
		{"head in the corner", upright(400, 900, 900), 3000, 4000, report.HeadPosition, false},
		{"head at the top edge", upright(1500, 250, 900), 3000, 4000, report.HeadPosition, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := frameHead(tc.head, tc.width, tc.height, rules)
			if f.fails != tc.fails || (f.crop == nil) != (tc.fails != "") {
				t.Fatalf("%+v", f)
			}
			if f.crop == nil {
				return
			}
			c := *f.crop
			if tc.whole != (c == report.Rect{Width: tc.width, Height: tc.height}) {
				t.Errorf("crop %+v", c)
			}
			share := tc.head.height() / float64(c.Height)
			if share < rules.HeadMin*(1-headMargin) || share > rules.HeadMax || f.offset > 1 || c.X < 0 || c.Y < 0 ||
				c.X+c.Width > tc.width || c.Y+c.Height > tc.height || c.Width*7 != c.Height*5 {
				t.Errorf("crop %+v, share %.3f, offset %.2f", c, share, f.offset)
			}
		})
	}
}

// Without a crop exactly one of the framing checks says why, wherever the head is.
func TestExactlyOneFramingCheckFails(t *testing.T) {
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]int{{400, 500}, {900, 1300}, {1350, 1350}, {2200, 1200}, {3000, 4000}} {
		for hx := .05; hx < 1; hx += .15 {
			for hy := .05; hy < 1; hy += .15 {
				for hh := .05; hh < 1.2; hh += .1 {
					h := upright(hx*float64(size[0]), hy*float64(size[1]), hh*float64(size[1]))
					f := &Frame{width: size[0], height: size[1], rules: p.Frame(), face: &face{fromCanonical: similarity{a: 1}}}
					f.framing = frameHead(h, size[0], size[1], p.Frame())
					m := report.Report{Checks: []report.Check{}}
					for _, c := range []check{{report.PixelSize, aFile, pixelSize}, {report.HeadSize, aFile, headSize}, {report.HeadPosition, aFile, headPosition}} {
						found, err := c.run(f)
						if err != nil {
							t.Fatal(err)
						}
						m.Checks = append(m.Checks, found)
					}
					fails := 0
					for _, c := range profile.Judge(p, m, nil).Checks {
						if c.Outcome == report.Fail {
							fails++
						}
					}
					if want := map[bool]int{true: 0, false: 1}[f.framing.crop != nil]; fails != want {
						t.Fatalf("picture %v, head %.2f at %.2f,%.2f: %d checks fail, want %d: %+v", size, hh, hx, hy, fails, want, f.framing)
					}
				}
			}
		}
	}
}

func TestSimilarityRoundTrip(t *testing.T) {
	from := []point{{0, 0}, {10, 0}, {3, 7}}
	want := similarity{a: 1.5, b: -.7, tx: 12, ty: -4}
	to := make([]point, len(from))
	for i, p := range from {
		to[i] = want.apply(p)
	}
	got := fitSimilarity(from, to)
	for i, p := range from {
		if got.apply(p).distance(to[i]) > 1e-9 || got.inverse().apply(to[i]).distance(p) > 1e-9 {
			t.Errorf("point %d: %+v", i, got)
		}
	}
	if math.Abs(got.scale()-want.scale()) > 1e-9 {
		t.Errorf("scale %v", got.scale())
	}
}
