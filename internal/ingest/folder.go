package ingest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// manifest, if it lies in a folder of photos, says which file is whose. Without it files bear their person's client id as name.
const manifest = "photos.csv"

// scan is a file of a folder and whose it is, or why it can't be taken in.
type scan struct {
	file     string // with slashes, below the folder
	clientID string
	why      string
}

// scansIn lists the photos of a folder. Links are not followed.
func scansIn(root *os.Root) ([]scan, error) {
	named, isNamed, err := readManifest(root)
	if err != nil {
		return nil, err
	}
	var scans []scan
	found := map[string]bool{}
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		base := path.Base(name)
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(base, "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir(), name == manifest, strings.EqualFold(base, "thumbs.db"), strings.EqualFold(base, "desktop.ini"):
			return nil
		}
		s := scan{file: name}
		extension := path.Ext(base)
		switch {
		case !d.Type().IsRegular():
			s.why = "it is a link or no plain file"
		case isNamed:
			if s.clientID = named[name]; s.clientID == "" {
				s.why = manifest + " does not name it"
			}
		case strings.EqualFold(extension, ".jpg"), strings.EqualFold(extension, ".jpeg"), strings.EqualFold(extension, ".png"):
			s.clientID = strings.TrimSuffix(base, extension)
		default:
			s.why = "its name does not end in .jpg, .jpeg or .png"
		}
		found[name] = true
		scans = append(scans, s)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list photos: %w", err)
	}
	for file := range named {
		if !found[file] {
			scans = append(scans, scan{file: file, why: manifest + " names it, but it is not there"})
		}
	}
	return refuseDoubles(scans), nil
}

// refuseDoubles refuses every file of a person who has more than one: nobody here knows which is meant.
func refuseDoubles(scans []scan) []scan {
	files := map[string]int{}
	for _, s := range scans {
		if s.why == "" {
			files[s.clientID]++
		}
	}
	for i, s := range scans {
		if s.why == "" && files[s.clientID] > 1 {
			scans[i].why = "there is another file for the same client_id"
		}
	}
	return scans
}

// readManifest gives client ids by file. Its mistakes are the whole folder's: a wrong line may give a photo to a wrong person.
func readManifest(root *os.Root) (named map[string]string, there bool, err error) {
	f, err := root.Open(manifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", manifest, err)
	}
	defer f.Close()
	wrong := func(n int, why string) (map[string]string, bool, error) {
		return nil, true, &HeaderError{fmt.Sprintf("%s, line %d: %s", manifest, n, why)}
	}
	all := &lines{in: bufio.NewReaderSize(f, longestLine)}
	named = map[string]string{}
	comma, fileAt := byte(','), -1
	for {
		l, err := all.next()
		switch {
		case errors.Is(err, io.EOF) && fileAt < 0:
			return wrong(1, "it is empty")
		case errors.Is(err, io.EOF):
			return named, true, nil
		case err != nil:
			return nil, true, fmt.Errorf("%s: %w", manifest, err)
		case l.err != nil:
			return wrong(l.n, l.err.Error())
		}
		if fileAt < 0 && strings.Contains(l.text, ";") {
			comma = ';'
		}
		if strings.Trim(l.text, string(comma)+" \t") == "" {
			continue
		}
		fields, err := split(l.text, comma)
		if err != nil {
			return wrong(l.n, err.Error())
		}
		if len(fields) != 2 {
			return wrong(l.n, "there must be two values, file and client_id")
		}
		first, second := strings.TrimSpace(fields[0]), strings.TrimSpace(fields[1])
		if fileAt < 0 {
			switch strings.ToLower(first + "," + second) {
			case "file,client_id":
				fileAt = 0
			case "client_id,file":
				fileAt = 1
			default:
				return wrong(l.n, "the columns must be file and client_id")
			}
			continue
		}
		if fileAt == 1 {
			first, second = second, first
		}
		file := path.Clean(strings.ReplaceAll(first, `\`, "/"))
		switch {
		case first == "" || second == "":
			return wrong(l.n, "a value is empty")
		case !filepath.IsLocal(file):
			return wrong(l.n, "the file lies outside of the folder")
		case named[file] != "":
			return wrong(l.n, "the file is named twice")
		}
		named[file] = second
	}
}
