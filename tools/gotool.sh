#!/bin/sh
# Runs a Go program at a pinned version, built once into the cache folder: tools/gotool.sh PACKAGE@VERSION ARGUMENT…
set -eu
tool=${1:?usage: tools/gotool.sh PACKAGE@VERSION ARGUMENT…}
shift
path=${tool%@*}
name=${path##*/}
bin=${XDG_CACHE_HOME:-$HOME/.cache}/prportal/bin-$name-${tool#*@}
if [ ! -x "$bin/$name" ]; then
	echo "building $tool: some minutes, once" >&2
	# In a folder without a module, so that only the tool's own requirements count.
	(cd / && GOBIN=$bin GOFLAGS='' go install "$tool")
fi
exec "$bin/$name" "$@"
