package photocheck

import (
	"image"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"gocv.io/x/gocv"

	"prportal.example/internal/testphotos"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// judgedFaces is the verdict of face_count alone.
func judgedFaces(t *testing.T, f *Frame) report.Check {
	t.Helper()
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	found, err := check{report.FaceCount, aFile, faceCount}.run(f)
	if err != nil {
		t.Fatal(err)
	}
	r := profile.Judge(p, report.Report{Checks: []report.Check{found}}, nil)
	c, _ := r.Check(report.FaceCount)
	return c
}

// paste lays a portrait, scaled to that many pixels and turned, on a picture with its upper left corner at (x,y).
func paste(t *testing.T, onto *gocv.Mat, path string, x, y, side int, degrees float64) {
	t.Helper()
	m := gocv.IMRead(path, gocv.IMReadReducedColor2)
	turned, _ := truth{}.moved(m, degrees, 1)
	small, _ := shrunk(turned, side)
	to := onto.Region(image.Rect(x, y, x+small.Cols(), y+small.Rows()))
	small.CopyTo(&to)
	closeMats(t, m, turned, small, to)
}

func wall(width, height int) gocv.Mat {
	return gocv.NewMatWithSizeFromScalar(gocv.NewScalar(170, 180, 190, 0), height, width, gocv.MatTypeCV8UC3)
}

// What the finders have to reach, in percent. Haar stands in where the model is absent; it knows upright faces only.
var facesReached = map[string]struct{ portraits, tilted, dark, several, smaller, wall float64 }{
	FinderCenterFace: {99.9, 99, 99, 97, 97, 100},
	FinderHaar:       {97, 0, 75, 35, 0, 60},
}

func TestOneFaceAndSeveral(t *testing.T) {
	all := truths(t, "london_faces/*", "canada_faces/*")
	random := rand.New(rand.NewPCG(4, 4))
	for finder, want := range facesReached {
		t.Run(finder, func(t *testing.T) {
			find := testFinder(t, finder)
			share := func(what string, least float64, n int, right func(i int) bool) {
				hit := 0
				for i := range n {
					if right(i) {
						hit++
					}
				}
				t.Logf("%s: %d of %d", what, hit, n)
				if 100*float64(hit) < least*float64(n) {
					t.Errorf("%s: %d of %d, want %.1f %%", what, hit, n, least)
				}
			}
			one := func(m gocv.Mat) bool {
				f := frameOf(t, m, find)
				defer f.close()
				return judgedFaces(t, f).Outcome == report.Pass
			}
			returned := func(m gocv.Mat) bool {
				f := frameOf(t, m, find)
				defer f.close()
				c := judgedFaces(t, f)
				return c.Outcome == report.Fail && c.Action == report.ToReturn
			}
			failed := func(m gocv.Mat) bool {
				f := frameOf(t, m, find)
				defer f.close()
				c := judgedFaces(t, f)
				return c.Outcome == report.Fail && len(c.Evidence) > 1
			}
			share("portraits with one face", want.portraits, len(all), func(i int) bool { return one(readMat(t, all[i].path)) })
			fifth := len(all) / 5 // keeps the test short
			share("tilted by 45°", want.tilted, fifth, func(i int) bool {
				m := readMat(t, all[5*i].path)
				defer m.Close()
				turned, _ := all[5*i].moved(m, 45, .5)
				return one(turned)
			})
			share("three stops darker", want.dark, fifth, func(i int) bool {
				m := readMat(t, all[5*i].path)
				defer m.Close()
				return one(darkened(m, -3))
			})
			share("groups of 2 to 10 that are seen as several and returned", want.several, 18, func(i int) bool {
				people := 2 + i%9
				columns := min(people, 5)
				m := wall(1600, 1200)
				cell := 1600 / columns
				for k := range people {
					side := int(float64(min(cell, 600)) * (.7 + .3*random.Float64()))
					paste(t, &m, all[random.IntN(len(all))].path, k%columns*cell, k/columns*600, side, 20*(random.Float64()-.5))
				}
				return returned(m)
			})
			share("somebody smaller or tilted beside that is seen", want.smaller, 8, func(i int) bool {
				m := wall(1600, 1200)
				paste(t, &m, all[random.IntN(len(all))].path, 0, 0, 900, 0)
				paste(t, &m, all[random.IntN(len(all))].path, 950, 100, 600-40*(i%3), 25)
				return failed(m)
			})
			share("portraits with a picture on the wall that are not returned", want.wall, 8, func(i int) bool {
				m := wall(1600, 1200)
				paste(t, &m, all[random.IntN(len(all))].path, 0, 0, 1100, 0)
				paste(t, &m, all[random.IntN(len(all))].path, 1200, 50, 300+20*(i%4), 0)
				return !returned(m)
			})
		})
	}
}

// Pictures of screens: no portrait. On eight of them small people can be seen, who are found and are far too small for a print.
func TestNoFace(t *testing.T) {
	root, ok := testphotos.Labelled()
	if !ok {
		t.Skip("PHOTOS is not set")
	}
	paths, err := filepath.Glob(filepath.Join(root, "harshita", "*", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no pictures of screens (%v)", err)
	}
	for finder, least := range map[string]float64{FinderCenterFace: 99, FinderHaar: 90} {
		find := testFinder(t, finder)
		refused, all := 0, 0
		for _, path := range paths {
			m := gocv.IMRead(path, gocv.IMReadReducedColor2)
			if m.Empty() {
				t.Fatalf("%s can't be decoded", path)
			}
			f := frameOf(t, m, find)
			all++
			if c := judgedFaces(t, f); c.Outcome != report.Pass || f.framing.fails == report.PixelSize {
				refused++
			} else {
				t.Logf("%s finds %v in %s", finder, c.Evidence, path)
			}
			f.close()
		}
		t.Logf("%s: %d of %d pictures of screens refused", finder, refused, all)
		if 100*float64(refused) < least*float64(all) {
			t.Errorf("%s: want %.0f %%", finder, least)
		}
	}
}

// Nobody who looks straight into the camera is told to turn.
func TestPoseOfFrontalFaces(t *testing.T) {
	find := testFinder(t, FinderCenterFace)
	flagged, all, widest := 0, 0, 0.0
	var yaws []float64
	for _, folder := range []string{"london_faces/direct_studio_neutral", "london_faces/direct_studio_smiling", "canada_faces/direct_passportlike"} {
		root, ok := testphotos.Labelled()
		if !ok {
			t.Skip("PHOTOS is not set")
		}
		paths, err := filepath.Glob(filepath.Join(root, folder, "*.jpg"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no photos in %s (%v)", folder, err)
		}
		for _, path := range paths {
			f := frameOf(t, readMat(t, path), find)
			found := pose(f)
			all++
			if found.measure > 1 {
				flagged++
				t.Logf("%s: %v", path, found.values)
			}
			yaws = append(yaws, math.Abs(found.values["yaw_index"]))
			widest = max(widest, math.Abs(found.values["roll_deg"]))
			f.close()
		}
	}
	median, p95 := spread(yaws)
	t.Logf("%d of %d frontal faces flagged; yaw index %.3f / %.3f (median / p95), roll up to %.1f°", flagged, all, median, p95, widest)
	if flagged > 0 {
		t.Error("want none")
	}
}
