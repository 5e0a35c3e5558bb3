package checkcmd

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"prportal.example/internal/judging"
	"prportal.example/pkg/photocheck/profile"
	"prportal.example/pkg/photocheck/report"
)

// album is the folder that -out names: one annotated picture a photo, and one page over all of them. The names of its files are
// made of numbers and harmless letters: nothing of a photo's own name or folder can lead out of it or clash.
type album struct {
	path  string
	dir   *os.Root
	total int
	rules *profile.Profile

	sections *os.File // what the page will tell of each photo, as it comes
	entries  []entry
	engine   string // version of the checks

	mu      sync.Mutex
	waiting map[int]*photoPage // drawn, and not yet kept
}

const (
	indexName    = "index.html"
	sectionsName = "sections.part"
	// albumMark is how a page of ours begins, so that its folder can be told from anybody's.
	albumMark = "<!doctype html>\n<!-- validator check -->\n"
)

// albumName matches what an album may hold.
var albumName = regexp.MustCompile(`^(index\.html|sections\.part|\d{4,}-[a-z0-9-]{1,40}\.png)$`)

// openAlbum makes the folder, or empties one that holds an earlier album and nothing else. Any other folder with files in it is
// refused: whose they are would be lost among ours.
func openAlbum(path string, total int, rules *profile.Profile) (*album, error) {
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, fmt.Errorf("-out: %w", err)
	}
	dir, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("-out: %w", err)
	}
	a := &album{path: path, dir: dir, total: total, rules: rules, waiting: map[int]*photoPage{}}
	if err := a.clear(); err != nil {
		return nil, errors.Join(fmt.Errorf("-out: %w", err), dir.Close())
	}
	// Until it is finished the page says so; and the folder can be told as ours if the run is cut short.
	unfinished := albumMark + "<title>Not finished</title>\n<p>This run was not finished.</p>\n"
	if err := dir.WriteFile(indexName, []byte(unfinished), 0o666); err != nil {
		return nil, errors.Join(fmt.Errorf("-out: %w", err), dir.Close())
	}
	if a.sections, err = dir.OpenFile(sectionsName, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666); err != nil {
		return nil, errors.Join(fmt.Errorf("-out: %w", err), dir.Close())
	}
	return a, nil
}

func (a *album) clear() error {
	names, err := fs.ReadDir(a.dir.FS(), ".")
	if err != nil || len(names) == 0 {
		return err
	}
	for _, n := range names {
		if !albumName.MatchString(n.Name()) || !n.Type().IsRegular() {
			return fmt.Errorf("%s holds %s, which is not of an earlier run; give an empty folder", judging.Printable(a.path),
				judging.Printable(n.Name()))
		}
	}
	index, err := a.dir.Open(indexName)
	if err != nil {
		return fmt.Errorf("%s holds files of another origin; give an empty folder", judging.Printable(a.path))
	}
	defer index.Close()
	mark := make([]byte, len(albumMark))
	if _, err := io.ReadFull(index, mark); err != nil || string(mark) != albumMark {
		return fmt.Errorf("%s holds an %s that is not of an earlier run; give an empty folder", judging.Printable(a.path), indexName)
	}
	for _, n := range names {
		if err := a.dir.Remove(n.Name()); err != nil {
			return err
		}
	}
	return nil
}

// entry is what the list of the page tells of a photo.
type entry struct {
	Number  int
	Anchor  string // id of its section
	Name    string
	Class   string       // decision, or "error"
	Says    string       // that in words
	Thumb   template.URL // data URI; "" without a picture
	Picture string       // name of the annotated file
	checks  []report.Check
}

// photoPage is one photo as it goes into the album.
type photoPage struct {
	entry   entry
	section []byte
}

// draw draws the photo with that place among the files into the folder and makes its section of the page. Workers may call it at the
// same time.
func (a *album) draw(i int, v Verdict) error {
	p, err := a.page(i+1, v)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting[i] = p
	return nil
}

func (a *album) page(number int, v Verdict) (*photoPage, error) {
	p := &photoPage{entry: entry{
		Number: number, Anchor: fmt.Sprintf("photo-%d", number), Name: judging.Printable(v.Path),
		Class: string(v.Decision), Says: decisionWords[v.Decision], Picture: pictureName(number, v.Path), checks: v.Checks,
	}}
	if v.Error != nil {
		p.entry.Class, p.entry.Says, p.entry.checks = "error", "could not be judged", nil
	}
	shot, err := newShot(v)
	if err != nil {
		return nil, err
	}
	png, err := shot.annotated(p.entry)
	if err != nil {
		return nil, err
	}
	if err := a.write(p.entry.Picture, png); err != nil {
		return nil, err
	}
	if p.entry.Thumb, err = shot.uri(thumbSide); err != nil {
		return nil, err
	}
	var section bytes.Buffer
	if err := a.writeSection(&section, p.entry, v, shot); err != nil {
		return nil, err
	}
	p.section = section.Bytes()
	return p, nil
}

// write makes a new file; one that is there already is an error.
func (a *album) write(name string, data []byte) error {
	f, err := a.dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// keep takes the next photo, which was drawn, into the page.
func (a *album) keep(v Verdict) error {
	a.mu.Lock()
	p := a.waiting[len(a.entries)]
	delete(a.waiting, len(a.entries))
	a.mu.Unlock()
	a.engine = v.Engine.Version
	a.entries = append(a.entries, p.entry)
	_, err := a.sections.Write(p.section)
	return err
}

// finish writes the page.
func (a *album) finish(now time.Time) error {
	if _, err := a.sections.Seek(0, io.SeekStart); err != nil {
		return err
	}
	f, err := a.dir.OpenFile(indexName, os.O_WRONLY|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	if err := a.writePage(f, now); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return errors.Join(a.sections.Close(), a.dir.Remove(sectionsName))
}

// close frees the folder.
func (a *album) close() {
	a.sections.Close()
	_ = a.dir.Close() // it was only a handle
}

// pictureName is the number of a photo and what is harmless of its name.
func pictureName(number int, path string) string {
	base := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	slug := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, base)
	slug = strings.Trim(regexp.MustCompile(`-+`).ReplaceAllString(slug, "-"), "-")
	slug = strings.Trim(slug[:min(len(slug), 40)], "-")
	if slug == "" {
		slug = "photo"
	}
	return fmt.Sprintf("%04d-%s.png", number, slug)
}
