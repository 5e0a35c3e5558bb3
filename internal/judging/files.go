// Package judging has files of photos judged by sandboxed children, several at once, and tells how far it is. Commands that look
// at whole folders share it; it needs no server, and no OpenCV but the child's.
package judging

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// File is what is to be judged. Err says why it cannot even be looked for.
type File struct {
	Path string
	Err  error
}

// Finding is what a command line leads to.
type Finding struct {
	Files   []File
	Skipped []string // in folders: files that are no photos by their names
	leftOut []fs.FileInfo
}

// Find takes paths as they are named and walks folders in order. Hidden files and folders in them are left out without a word, and
// so are the folders leaveOut.
func Find(paths []string, leaveOut ...string) Finding {
	var f Finding
	for _, path := range leaveOut {
		if info, err := os.Stat(path); err == nil {
			f.leftOut = append(f.leftOut, info)
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			f.Files = append(f.Files, File{path, err})
			continue
		}
		if !info.IsDir() {
			f.Files = append(f.Files, File{path, nil})
			continue
		}
		f.walk(path)
	}
	return f
}

func (f *Finding) walk(root string) {
	// The separator makes a link to a folder the folder.
	start := strings.TrimSuffix(root, string(filepath.Separator)) + string(filepath.Separator)
	err := filepath.WalkDir(start, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			f.Files = append(f.Files, File{path, err})
			return nil
		case path == start:
			return nil
		case strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			info, err := d.Info()
			if err == nil && slices.ContainsFunc(f.leftOut, func(out fs.FileInfo) bool { return os.SameFile(info, out) }) {
				return fs.SkipDir
			}
			return nil
		}
		f.add(path)
		return nil
	})
	if err != nil {
		f.Files = append(f.Files, File{root, err})
	}
}

// add takes a file of a folder if it is a photo by its name. What is no file, a pipe for instance, is none.
func (f *Finding) add(path string) {
	isPhoto := slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(filepath.Ext(path)))
	if isPhoto {
		info, err := os.Stat(path) // through links
		if err != nil || info.Mode().IsRegular() {
			f.Files = append(f.Files, File{path, err})
			return
		}
	}
	f.Skipped = append(f.Skipped, path)
}

const namedAtMost = 5

// SkippedText names what was skipped, "" if nothing was.
func (f *Finding) SkippedText() string {
	n := len(f.Skipped)
	if n == 0 {
		return ""
	}
	var names []string
	for _, path := range f.Skipped[:min(n, namedAtMost)] {
		names = append(names, Printable(path))
	}
	text := "skipped, not named .jpg, .jpeg or .png: " + strings.Join(names, ", ")
	if n > namedAtMost {
		text += fmt.Sprintf(" and %d more", n-namedAtMost)
	}
	return text
}

// Printable quotes what a terminal might take for orders.
func Printable(s string) string {
	for _, r := range s {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return strconv.Quote(s)
		}
	}
	return s
}
