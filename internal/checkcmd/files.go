package checkcmd

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// file is what is to be judged. err says why it cannot even be looked for.
type file struct {
	path string
	err  error
}

// finding is what a command line leads to.
type finding struct {
	files   []file
	skipped []string // in folders: files that are no photos by their names
	album   fs.FileInfo
}

// find takes paths as they are named and walks folders in order. Hidden files and folders in them are left out without a word, and
// so is the folder that the album goes to.
func find(paths []string, album string) finding {
	var f finding
	if info, err := os.Stat(album); err == nil {
		f.album = info
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			f.files = append(f.files, file{path, err})
			continue
		}
		if !info.IsDir() {
			f.files = append(f.files, file{path, nil})
			continue
		}
		f.walk(path)
	}
	return f
}

func (f *finding) walk(root string) {
	// The separator makes a link to a folder the folder.
	start := strings.TrimSuffix(root, string(filepath.Separator)) + string(filepath.Separator)
	err := filepath.WalkDir(start, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			f.files = append(f.files, file{path, err})
			return nil
		case path == start:
			return nil
		case strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if info, err := d.Info(); err == nil && f.album != nil && os.SameFile(info, f.album) {
				return fs.SkipDir
			}
			return nil
		}
		f.add(path)
		return nil
	})
	if err != nil {
		f.files = append(f.files, file{root, err})
	}
}

// add takes a file of a folder if it is a photo by its name. What is no file, a pipe for instance, is none.
func (f *finding) add(path string) {
	isPhoto := slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(filepath.Ext(path)))
	if isPhoto {
		info, err := os.Stat(path) // through links
		if err != nil || info.Mode().IsRegular() {
			f.files = append(f.files, file{path, err})
			return
		}
	}
	f.skipped = append(f.skipped, path)
}

const namedAtMost = 5

// skippedText names what was skipped, "" if nothing was.
func (f *finding) skippedText() string {
	n := len(f.skipped)
	if n == 0 {
		return ""
	}
	var names []string
	for _, path := range f.skipped[:min(n, namedAtMost)] {
		names = append(names, printable(path))
	}
	text := "skipped, not named .jpg, .jpeg or .png: " + strings.Join(names, ", ")
	if n > namedAtMost {
		text += fmt.Sprintf(" and %d more", n-namedAtMost)
	}
	return text
}
