package inbox

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

//go:embed pages
var pages embed.FS

// pagePolicy lets our own pages show their style sheet and frame the mail, and nothing else.
const pagePolicy = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// mailPolicy is for the HTML of a mail, which may come from anywhere: no script, nothing loaded from elsewhere, an origin of its
// own; links open in a new window.
const mailPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; " +
	"img-src data:; form-action 'none'; frame-ancestors 'self'"

// Handler serves the pages and, for tests, /api/messages: all messages as a JSON array, the newest first, or those ?to=ADDRESS.
func (b *Inbox) Handler() (http.Handler, error) {
	templates, err := template.New("").Funcs(template.FuncMap{"links": links}).ParseFS(pages, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("inbox pages: %w", err)
	}
	style, err := pages.ReadFile("pages/inbox.css")
	if err != nil {
		return nil, fmt.Errorf("inbox pages: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		messages, err := b.List()
		b.page(w, templates, "list.html", messages, err)
	})
	mux.HandleFunc("GET /message/{id}", func(w http.ResponseWriter, r *http.Request) {
		message, err := b.Get(r.PathValue("id"))
		b.page(w, templates, "message.html", message, err)
	})
	mux.HandleFunc("GET /message/{id}/html", func(w http.ResponseWriter, r *http.Request) {
		message, err := b.Get(r.PathValue("id"))
		if b.failed(w, err) {
			return
		}
		w.Header().Set("Content-Security-Policy", mailPolicy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, inNewWindows(message.HTML))
	})
	mux.HandleFunc("GET /api/messages", func(w http.ResponseWriter, r *http.Request) {
		messages, err := b.List()
		if b.failed(w, err) {
			return
		}
		if to := r.URL.Query().Get("to"); to != "" {
			messages = slices.DeleteFunc(messages, func(m Message) bool { return !slices.Contains(m.To, to) })
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(messages) // the reader has gone: nobody to tell
	})
	mux.HandleFunc("GET /assets/inbox.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write(style)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", pagePolicy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	}), nil
}

// page writes a page as a whole or an error, never half a page.
func (b *Inbox) page(w http.ResponseWriter, templates *template.Template, name string, data any, err error) {
	if b.failed(w, err) {
		return
	}
	var body bytes.Buffer
	if b.failed(w, templates.ExecuteTemplate(&body, name, data)) {
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(body.Bytes())
}

func (b *Inbox) failed(w http.ResponseWriter, err error) bool {
	switch {
	case err == nil:
		return false
	case errors.Is(err, ErrNotFound):
		http.Error(w, "There is no such message.", http.StatusNotFound)
	default:
		b.config.Logger.Error("inbox page failed", "error", err)
		http.Error(w, "The message cannot be shown.", http.StatusInternalServerError)
	}
	return true
}

const newWindows = `<base target="_blank">`

// inNewWindows lets the links of a mail open outside the frame that shows it.
func inNewWindows(html string) string {
	if before, after, found := strings.Cut(html, "<head>"); found {
		return before + "<head>" + newWindows + after
	}
	return "<!doctype html>" + newWindows + html
}

var address = regexp.MustCompile(`https?://[^\s<>"']+[^\s<>"'.,;:!?)\]]`)

// links is the text as HTML in which web addresses can be followed.
func links(text string) template.HTML {
	var out bytes.Buffer
	rest := 0
	for _, found := range address.FindAllStringIndex(text, -1) {
		template.HTMLEscape(&out, []byte(text[rest:found[0]]))
		out.WriteString(`<a href="`)
		template.HTMLEscape(&out, []byte(text[found[0]:found[1]]))
		out.WriteString(`" rel="noreferrer">`)
		template.HTMLEscape(&out, []byte(text[found[0]:found[1]]))
		out.WriteString(`</a>`)
		rest = found[1]
	}
	template.HTMLEscape(&out, []byte(text[rest:]))
	return template.HTML(out.String()) //nolint:gosec // every piece of the text was escaped just above
}
