package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/go-chi/httprate"
)

// ClientAddress puts the address of the browser into RemoteAddr where a request comes through proxies of ours, so that limits
// an address are not shared by everybody. Only what trusted proxies have added to X-Forwarded-For is believed: the last address
// in it that is none of theirs.
func ClientAddress(trusted []netip.Prefix) func(http.Handler) http.Handler {
	ours := func(a netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			from, err := netip.ParseAddrPort(r.RemoteAddr)
			if err != nil || !ours(from.Addr()) {
				next.ServeHTTP(w, r)
				return
			}
			hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
			for _, hop := range slices.Backward(hops) {
				a, err := netip.ParseAddr(strings.TrimSpace(hop))
				if err != nil {
					break
				}
				if !ours(a) {
					r = r.Clone(r.Context())
					r.RemoteAddr = net.JoinHostPort(a.String(), "0")
					break
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// ByAddress is the key of a limit an address; of IPv6, a network of one household counts as one. It stands behind ClientAddress.
func ByAddress(r *http.Request) (string, error) {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "", fmt.Errorf("address of the browser: %w", err)
	}
	return httprate.CanonicalizeIP(from.Addr().Unmap().String()), nil
}
