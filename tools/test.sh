#!/usr/bin/env bash
# Runs everything that shows that the system works, against services that are started once and end with the run. `make test`
# puts in place what it needs.
set -euo pipefail
cd "$(dirname "$0")/.."

services=$(mktemp -d)
trap 'tools/services.sh stop "$services"; rm -rf "$services"' EXIT
trap 'exit 130' INT TERM

section() { printf '\n== %s (%d min %02d s)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }

section "photos"
if [ -n "${PHOTOS:-}" ]; then
	[ -d "$PHOTOS" ] || { echo "PHOTOS: there is no folder $PHOTOS" >&2; exit 1; }
	PHOTOS=$(cd "$PHOTOS" && pwd)
	export PHOTOS
	echo "fetched photos and the labelled ones in $PHOTOS"
else
	echo "fetched photos only: PHOTOS names no folder of labelled ones, so the tests on those are left out"
fi

section "start Apache Kafka, MinIO and PostgreSQL"
tools/services.sh start "$services"
variables=$(tools/services.sh env "$services")
eval "$variables"

# Go's own file cache would hide a test that only fails sometimes, and the services are new each time.
section "unit and contract tests"
packages=$(go list ./... | grep -v '/pkg/photocheck$')
# shellcheck disable=SC2086  # one word a package
go test -race -count=1 -timeout 20m $packages
# The inspector starts no goroutine; the race detector would only make its arithmetic ten times slower.
go test -count=1 -timeout 20m ./pkg/photocheck

section "end to end in a browser"
e2e/run.sh

section "all passed"
