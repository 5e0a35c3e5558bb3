package web

import (
	"fmt"
	"net/url"
	"strings"
)

// LocalPath keeps a way back inside this site: a path of our own, never a host.
func LocalPath(p string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") || len(p) > 200 {
		return "/"
	}
	return p
}

// PublicURL reads the address under which people reach a listener.
func PublicURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("public address %q is not an absolute http(s) URL", address)
	}
	return u, nil
}
