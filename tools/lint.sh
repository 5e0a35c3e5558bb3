#!/usr/bin/env bash
# Checks what no test runs, all of it, and fails at the end if anything was found: tools/lint.sh GOLANGCI-LINT@VERSION
set -uo pipefail
cd "$(dirname "$0")/.."
golangci=$1
failed=()

check() { # NAME COMMAND…
	echo "== $1"
	"${@:2}" || failed+=("$1")
}

formatting() {
	local unformatted
	unformatted=$(git ls-files --cached --others --exclude-standard '*.go' | xargs gofmt -l) || return 1
	[ -z "$unformatted" ] || { printf 'not formatted by gofmt:\n%s\n' "$unformatted"; return 1; }
}

scripts() { # as far as the shells themselves can tell
	local file shell
	for file in $(git ls-files --cached --others --exclude-standard '*.sh' .ci/run); do
		shell=$(sed -n '1s/^#!.*[/ ]//p' "$file")
		"$shell" -n "$file" || return 1
	done
}

check formatting formatting
check scripts scripts
check vet go vet ./...
check linters tools/gotool.sh "$golangci" run ./...
check "packages are listed in one place" tools/check-packages.sh
check "Prometheus configuration" tools/promtool.sh check config deploy/prometheus/prometheus.yml
check "Prometheus rules" tools/promtool.sh test rules deploy/prometheus/alerts_test.yml
check "module checksums" go mod verify
check "module file" go mod tidy -diff

if [ ${#failed[@]} -gt 0 ]; then
	printf 'lint found something:' >&2
	printf ' %s;' "${failed[@]}" >&2
	echo >&2
	exit 1
fi
echo "nothing was found"
