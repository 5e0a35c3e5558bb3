#!/usr/bin/env bash
# Runs every fuzz target of the tree for a while: tools/fuzz.sh TIME
set -euo pipefail
cd "$(dirname "$0")/.."
git grep -lE --untracked '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u | while read -r folder; do
	go test -list '^Fuzz' "./$folder" | grep '^Fuzz' | while read -r target; do
		echo "== $folder $target"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$1" "./$folder" </dev/null
	done
done
