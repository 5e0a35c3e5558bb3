package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"

	"github.com/go-chi/chi/v5"
)

var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

// Assets are the style sheets and scripts of a listener, by file name. Their addresses carry a hash of the content, so that
// browsers keep them until they change.
type Assets map[string][]byte

// URL is the address of an asset below /assets/.
func (a Assets) URL(name string) string {
	sum := sha256.Sum256(a[name])
	return "/assets/" + name + "?v=" + hex.EncodeToString(sum[:6])
}

// ServeHTTP answers for /assets/{file}.
func (a Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := chi.URLParam(r, "file")
	body, known := a[name]
	if !known {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", assetTypes[path.Ext(name)])
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if r.URL.RequestURI() != a.URL(name) {
		w.Header().Set("Cache-Control", "no-cache")
	}
	_, _ = w.Write(body)
}

// Joined is all files that a pattern matches, one after the other in the order of their names: a page asks for one style sheet
// and one script, whatever many files they are written in.
func Joined(files fs.FS, pattern string) ([]byte, error) {
	names, err := fs.Glob(files, pattern)
	if err == nil && len(names) == 0 {
		err = errors.New("nothing matches")
	}
	if err != nil {
		return nil, fmt.Errorf("assets: %s: %w", pattern, err)
	}
	var all []byte
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("assets: %w", err)
		}
		all = append(all, b...)
	}
	return all, nil
}
