// Package web holds what the pages of both listeners, applicants' and officers', have in common: headers, sessions, texts,
// templates, assets and measures. It knows no page.
package web

import "net/http"

// policy allows what our own pages need and nothing else: no inline code, no foreign origin, no frame, no plug-in.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Secure sets the headers of every answer of a listener. Nothing here may be kept by a cache: it is about people.
//
// The referrer policy is not no-referrer: with that browsers send forms with "Origin: null", which the check for foreign
// origins refuses wherever a browser sends no Sec-Fetch-Site, as over plain HTTP.
func Secure(https bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", policy)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("X-Frame-Options", "DENY")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
			h.Set("Cache-Control", "no-store")
			if https {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			next.ServeHTTP(w, r)
		})
	}
}
