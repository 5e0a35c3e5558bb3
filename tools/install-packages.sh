#!/bin/sh
# Installs the Debian packages of the named lists in tools/packages/ that are missing: as root, else through sudo. Where neither
# is possible it prints the command and fails. What is there already is left alone, and nothing is asked of the network then.
# usage: tools/install-packages.sh LIST…
set -eu
lists=$(cd "$(dirname "$0")/packages" && pwd)
[ $# -gt 0 ] || { echo "usage: $0 LIST…" >&2; exit 2; }

missing=
for list; do
	[ -r "$lists/$list.txt" ] || { echo "$0: no list $list in $lists" >&2; exit 2; }
	while read -r package command _; do
		case $package in "" | \#*) continue ;; esac
		if [ -n "$command" ] && command -v "$command" >/dev/null 2>&1; then continue; fi
		if dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' ok installed$'; then continue; fi
		missing="$missing $package"
	done <"$lists/$list.txt"
done
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null || { echo "missing:$missing; these are names of Debian 12's packages" >&2; exit 1; }
if [ "$(id -u)" = 0 ]; then
	as_root=
elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
	as_root=sudo
else
	echo "Packages are missing. Run this as root, then try again:" >&2
	echo "  apt-get update && apt-get install --no-install-recommends$missing" >&2
	exit 1
fi
echo "installing$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086  # both are lists of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
