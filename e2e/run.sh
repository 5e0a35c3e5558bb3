#!/bin/bash
# Goes all journeys through the portal in a real browser: e2e/run.sh
#
#   STACK=embedded|services|both   on which parts (both)
#   COUNT=n                        how often (1)
#   ONLY=text                      only journeys with this in their names
#   PHOTOS=DIR                     labelled photos, for a journey more
#
# It needs what `make build` and `make test-deps` leave behind. Servers that TESTENV_KAFKA, TESTENV_MINIO and TESTENV_POSTGRES
# name are used; without them it starts its own. What it leaves behind is in e2e/output.
set -euo pipefail
cd "$(dirname "$0")"

case ${STACK:-both} in
embedded | services) files=("$STACK.test.mjs") ;;
both) files=(embedded.test.mjs services.test.mjs) ;;
*) echo "STACK is embedded, services or both" >&2; exit 2 ;;
esac
for needed in ../bin/portal ../bin/validator ../bin/ingest ../bin/standalone; do
	[ -x "$needed" ] || { echo "${needed#../} is missing; run: make build" >&2; exit 1; }
done
if [ ! -d node_modules ] || [ ! -x /usr/bin/chromium ]; then
	echo "the browser or its driver is missing; run: make test-deps" >&2
	exit 1
fi

mkdir -p output/bin
rm -rf output/failed output/files
go build -o output/bin/ ./stack ./files
output/bin/files output/files

services=
node=
work=$(mktemp -d) # data of the stacks; of one in which a journey failed, the logs are kept in output/failed
clean() {
	[ -z "$node" ] || kill -TERM -- "-$node" 2>/dev/null || true # the group of this run: node and what it started
	for _ in {1..100}; do # they end in order, and write until then
		[ -n "$node" ] && kill -0 "-$node" 2>/dev/null || break
		sleep 0.1
	done
	rm -rf "$work"
	[ -z "$services" ] || { ../tools/services.sh stop "$services" && rm -rf "$services"; }
}
trap clean EXIT
if [[ " ${files[*]} " == *services* && -z ${TESTENV_KAFKA:-}${TESTENV_MINIO:-}${TESTENV_POSTGRES:-} ]]; then
	services=$(mktemp -d)
	../tools/services.sh start "$services"
	eval "$(../tools/services.sh env "$services")"
fi

set -m # a process group of its own for what runs in the background
passed=0 failed=0 status=0
for ((n = 1; n <= ${COUNT:-1}; n++)); do
	[ "${COUNT:-1}" = 1 ] || echo "run $n of $COUNT"
	# Both at a time: much of a journey is waiting.
	TMPDIR=$work node --test --test-concurrency=2 ${ONLY:+--test-name-pattern="$ONLY"} \
		--test-reporter=spec --test-reporter-destination=stdout \
		--test-reporter=tap --test-reporter-destination=output/results.tap "${files[@]}" &
	node=$!
	wait "$node" || status=1
	node=
	passed=$((passed + $(sed -n 's/^# pass //p' output/results.tap | tail -1)))
	failed=$((failed + $(sed -n 's/^# fail //p' output/results.tap | tail -1)))
done
echo "journeys: $passed passed, $failed failed"
exit "$status"
