package ingest_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"prportal.example/internal/casefile"
	"prportal.example/internal/event"
	"prportal.example/internal/photos"
	"prportal.example/internal/store"
	"prportal.example/internal/store/storetest"
	"prportal.example/internal/testenv"
	"prportal.example/internal/testphotos"
)

// office is a database with people C-1 to C-4, an object store, and a folder of scans.
type office struct {
	*testing.T
	store    *store.Store
	settings map[string]string
	folder   string
	photo    []byte
}

func onOffices(t *testing.T, test func(*office)) {
	testenv.OnBoth(t, func(t *testing.T, url string) { test(officeOn(t, url)) })
}

func newOffice(t *testing.T) *office { t.Helper(); return officeOn(t, testenv.SQLite(t)) }

func officeOn(t *testing.T, url string) *office {
	t.Helper()
	o := &office{T: t, settings: database(url), folder: filepath.Join(t.TempDir(), "scans")}
	o.store = storetest.Open(t, url)
	at := testenv.Versity(t)
	maps.Copy(o.settings, map[string]string{"PRPORTAL_S3_ENDPOINT": at.Endpoint, "PRPORTAL_S3_ACCESS_KEY": at.AccessKey,
		"PRPORTAL_S3_SECRET_KEY": at.SecretKey, "PRPORTAL_S3_REGION": at.Region})
	objects, err := photos.Open(at)
	o.ok(err)
	defer objects.Close()
	o.ok(objects.EnsureBuckets(ctx, photos.Uploads, photos.Renditions))
	var lines []string
	for client, status := range map[string]string{"C-1": "", "C-2": "", "C-3": "", "C-4": "withdrawn"} {
		lines = append(lines, zoe(fields{"client_id": client, "status": status}))
	}
	take(t, o.store, lines...)
	o.photo, err = testphotos.Read(testphotos.Obama)
	o.ok(err)
	return o
}

func (o *office) ok(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// put writes a file of the folder. Each photo is a file of its own kind: bytes after a picture are allowed.
func (o *office) put(name string, data []byte) {
	o.Helper()
	path := filepath.Join(o.folder, filepath.FromSlash(name))
	o.ok(os.MkdirAll(filepath.Dir(path), 0o700))
	o.ok(os.WriteFile(path, data, 0o600))
}

func (o *office) scan(name string) { o.Helper(); o.put(name, append(bytes.Clone(o.photo), name...)) }

// take runs the command and expects that it says so.
func (o *office) take(want string, exit int, args ...string) (stderr string) {
	o.Helper()
	out, errs, err := program(o.settings, nil, append(append([]string{"photos"}, args...), o.folder)...)
	if out != want+"\n" || code(err) != exit {
		o.Errorf("%q, %v, want %q; %s", out, err, want, errs)
	}
	return errs
}

func (o *office) caseOf(client string) store.CaseRow {
	o.Helper()
	c, err := o.store.CaseByPerson(ctx, person(o.T, o.store, client).ID)
	o.ok(err)
	return c
}

func TestP7AFolderOfScans(t *testing.T) {
	onOffices(t, func(o *office) {
		for _, name := range []string{"C-1.jpg", "Monday/C-2.JPEG", "Monday/c-3.jpg", "Monday/C-4.jpg", "nobody.jpg", "double/C-9.jpg", "C-9.png"} {
			o.scan(name)
		}
		for name, data := range map[string]string{"Thumbs.db": "x", ".hidden/C-1.jpg": "x", "C-1.heic": "x", "empty.jpg": "", "notes.txt": "x"} {
			o.put(name, []byte(data))
		}
		o.put("large/C-1.txt.jpg", make([]byte, 21<<20))
		rejects := filepath.Join(t.TempDir(), "rejects.csv")

		o.take("dry run, nothing was stored: 3 added, 0 unchanged, 0 submitted, 8 rejected", 1, "-dry-run")
		if c := o.caseOf("C-1"); c.State != casefile.Open {
			t.Errorf("%+v", c)
		}
		said := o.take("3 added, 0 unchanged, 0 submitted, 8 rejected", 1, "-rejects", rejects)
		text, err := os.ReadFile(rejects)
		o.ok(err)
		for _, want := range []string{"Monday/C-4.jpg,the application was withdrawn", "nobody.jpg,nobody has this client_id",
			"double/C-9.jpg,there is another file for the same client_id", "C-9.png,there is another file for the same client_id",
			`C-1.heic,"its name does not end in .jpg, .jpeg or .png"`, `notes.txt,"its name does not end in .jpg, .jpeg or .png"`,
			"large/C-1.txt.jpg,nobody has this client_id", "empty.jpg,nobody has this client_id"} {
			if !strings.Contains(string(text), want+"\n") || !strings.Contains(strings.ReplaceAll(said, ": ", ","), strings.ReplaceAll(want, `"`, "")+"\n") {
				t.Errorf("%q is not in %s\nor not in %s", want, text, said)
			}
		}
		for _, client := range []string{"C-1", "C-2", "C-3"} {
			if c := o.caseOf(client); c.State != casefile.Checking {
				t.Errorf("%s: %+v", client, c)
			}
		}
		rows, err := o.store.DueRows(ctx, store.KindEvent, time.Now(), 100)
		o.ok(err)
		for _, r := range rows {
			if r.Headers["topic"] != event.TopicPhotoUploadedBulk {
				t.Errorf("it holds up others: %v", r.Headers)
			}
		}
		history, err := o.store.History(ctx, o.caseOf("C-1").ID)
		o.ok(err)
		if len(rows) != 3 || len(history) != 1 || history[0].Actor != store.ActorOffice {
			t.Errorf("%d events, %+v", len(rows), history)
		}
		o.take("0 added, 3 unchanged, 0 submitted, 8 rejected", 1)
		o.put("C-1.jpg", o.photo) // another scan replaces it
		o.take("1 added, 2 unchanged, 0 submitted, 8 rejected", 1)
	})
}

func TestP7ScansCanBeSubmittedAtOnce(t *testing.T) {
	onOffices(t, func(o *office) {
		o.scan("C-1.jpg")
		o.take("1 added, 0 unchanged, 0 submitted, 0 rejected", 0)
		o.scan("C-2.jpg")
		o.take("1 added, 1 unchanged, 2 submitted, 0 rejected", 0, "-submit")
		o.take("0 added, 2 unchanged, 0 submitted, 0 rejected", 0, "-submit")
		for _, client := range []string{"C-1", "C-2"} {
			c := o.caseOf(client)
			history, err := o.store.History(ctx, c.ID)
			o.ok(err)
			if p, err := o.store.Photo(ctx, c.PhotoID); err != nil || p.DeclaredAt.IsZero() { // on paper
				t.Errorf("declared at %v, %v", p.DeclaredAt, err)
			}
			if last := history[len(history)-1]; c.State != casefile.Submitted || last.Action != "submit" || last.Actor != store.ActorOffice {
				t.Errorf("%s: %+v, %+v", client, c, last)
			}
		}
		o.put("C-1.jpg", o.photo) // too late
		if said := o.take("0 added, 1 unchanged, 0 submitted, 1 rejected", 1, "-submit", "-quiet=false"); !strings.Contains(said, "C-1.jpg: the photo can't be changed now") {
			t.Errorf("%q", said)
		}
	})
}

func TestP7AFolderWithAManifest(t *testing.T) {
	o := newOffice(t)
	o.scan("scan 0001.jpg")
	o.scan("box/0002.jpg")
	o.scan("C-3.jpg")
	o.put("photos.csv", []byte("\ufeffclient_id;file\r\nC-1;scan 0001.jpg\r\n\r\nC-2;box\\0002.jpg\r\nC-4;gone.jpg\r\n"))
	said := o.take("2 added, 0 unchanged, 0 submitted, 2 rejected", 1)
	if !strings.Contains(said, "C-3.jpg: photos.csv does not name it\n") || !strings.Contains(said, "gone.jpg: photos.csv names it, but it is not there\n") {
		t.Errorf("%q", said)
	}
	if o.caseOf("C-1").State != casefile.Checking || o.caseOf("C-2").State != casefile.Checking {
		t.Error("not taken in")
	}
	for text, why := range map[string]string{
		"": "it is empty", "file,person\n": "the columns must be file and client_id", "file,client_id\na.jpg\n": "line 2: there must be two values",
		"file,client_id\n../C-1.jpg,C-1\n": "outside of the folder", "file,client_id\n/etc/x.jpg,C-1\n": "outside of the folder",
		"file,client_id\na.jpg,C-1\n./a.jpg,C-2\n": "line 3: the file is named twice", "file,client_id\n,C-1\n": "a value is empty",
		"file,client_id\n\"a.jpg,C-1\n": "a quote begins here",
	} {
		o.put("photos.csv", []byte(text))
		if _, _, err := program(o.settings, nil, "photos", o.folder); code(err) != 2 || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want %s", text, err, why)
		}
	}
}

func TestP7LinksOutOfTheFolderAreNotFollowed(t *testing.T) {
	o := newOffice(t)
	outside := t.TempDir()
	o.ok(os.WriteFile(filepath.Join(outside, "C-1.jpg"), o.photo, 0o600))
	o.ok(os.MkdirAll(o.folder, 0o700))
	o.ok(os.Symlink(filepath.Join(outside, "C-1.jpg"), filepath.Join(o.folder, "C-1.jpg")))
	o.ok(os.Symlink(outside, filepath.Join(o.folder, "more")))
	if said := o.take("0 added, 0 unchanged, 0 submitted, 2 rejected", 1); strings.Count(said, "it is a link or no plain file") != 2 {
		t.Errorf("%q", said)
	}
	if _, _, err := program(o.settings, nil, "photos", filepath.Join(outside, "none")); code(err) != 1 {
		t.Errorf("no folder: %v", err)
	}
}

func TestP7ScansAreHeldAgainstThePortalsLimits(t *testing.T) {
	o := newOffice(t)
	o.put("C-1.jpg", make([]byte, 21<<20))
	o.put("C-2.png", []byte("%PDF-1.7"))
	o.put("C-3.jpg", nil)
	said := o.take("0 added, 0 unchanged, 0 submitted, 3 rejected", 1)
	for _, want := range []string{"C-1.jpg: file refused: too_large", "C-2.png: file refused: not JPEG or PNG", "C-3.jpg: file refused: empty"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in %q", want, said)
		}
	}
}

// TestP7AStoreThatIsDownEndsTheRun: the next one goes on.
func TestP7AStoreThatIsDownEndsTheRun(t *testing.T) {
	o := newOffice(t)
	o.scan("C-1.jpg")
	at := o.settings["PRPORTAL_S3_ENDPOINT"]
	o.settings["PRPORTAL_S3_ENDPOINT"] = "127.0.0.1:1"
	if out, _, err := program(o.settings, nil, "photos", o.folder); code(err) != 1 || !strings.HasPrefix(out, "0 added") {
		t.Errorf("%q, %v", out, err)
	}
	o.settings["PRPORTAL_S3_ENDPOINT"] = at
	o.take("1 added, 0 unchanged, 0 submitted, 0 rejected", 0)
}
