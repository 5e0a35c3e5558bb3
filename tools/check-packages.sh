#!/usr/bin/env bash
# Shows that tools/packages is the only place that lists Debian packages, that every Dockerfile and the Makefile take theirs from
# there, and that validator.txt has exactly the libraries of OpenCV that bin/validator is linked with.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
fail() { echo "$*" >&2; failed=1; }

# Whoever installs does so through the one script. promtool.sh downloads by unpack.txt, and installs nothing.
while read -r found; do
	fail "$found: packages are installed by tools/install-packages.sh and listed in tools/packages"
done < <(git grep -nE --untracked '(apt|apt-get|aptitude|dpkg|apk)( -[^ ]+)* (install|add)' -- \
	Makefile .ci tools e2e deploy ':!tools/install-packages.sh' ':!tools/check-packages.sh' || true)

for list in tools/packages/*.txt; do
	name=$(basename "$list" .txt)
	[ "$name" = unpack ] || git grep -qE --untracked "install-packages.sh [a-z ]*\b$name\b" -- Makefile deploy ||
		fail "$list is used by nothing"
	repeated=$(awk '!/^#/ && NF {print $1}' "$list" | sort | uniq -d)
	[ -z "$repeated" ] || fail "$list names $repeated twice"
done

if [ -x bin/validator ]; then
	linked=$(readelf -d bin/validator | sed -n 's/.*NEEDED.*\[libopencv_\(.*\)\.so\.\(.*\)\]/libopencv-\1\2/p' | sort)
	listed=$(awk '$1 ~ /^libopencv-/ {print $1}' tools/packages/validator.txt | sort)
	diff <(echo "$linked") <(echo "$listed") >&2 || fail "validator.txt (>) does not match what bin/validator is linked with (<)"
else
	fail "bin/validator is not there to be compared: make build"
fi
exit $failed
