#!/bin/sh
# Installs exactly what a folder's package-lock.json names, unless that is what lies there: tools/npm-ci.sh DIR
set -eu
cd "$1"
mark=node_modules/.installed-from
now=$(cat package.json package-lock.json | sha256sum)
if [ "$(cat "$mark" 2>/dev/null)" != "$now" ]; then
	# No package's own scripts run: none that we use needs them, and one that fetched a browser would be of no use.
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	echo "$now" >"$mark"
fi
