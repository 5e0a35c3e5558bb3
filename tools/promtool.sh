#!/bin/sh
# Runs promtool, which checks rules and configuration of Prometheus. It is taken out of Debian's package once.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/prportal/promtool

fetch() (
	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	# apt's lists may be too old to download by, or not there at all: new ones are kept in a folder of our own, which takes no root.
	mkdir -p "$tmp/lists/partial" "$cache"
	cd "$tmp"
	ours="-qq -o Dir::State::Lists=$tmp/lists -o Dir::Cache=$tmp -o APT::Sandbox::User=$(id -un)"
	# shellcheck disable=SC2086  # a list of words
	apt-get $ours update && apt-get $ours download "$(grep -v '^#' "$here/packages/unpack.txt")"
	dpkg-deb -x ./*.deb files
	mv files/usr/bin/promtool "$cache/promtool"
)

[ -x "$cache/promtool" ] || fetch
exec "$cache/promtool" "$@"
