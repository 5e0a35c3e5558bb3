#!/bin/sh
# Starts Apache Kafka, MinIO and PostgreSQL once for a whole test run: tools/services.sh start DIR; eval "$(tools/services.sh
# env DIR)"; …; tools/services.sh stop DIR. Without it every test package starts its own.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/prportal/testenv
mkdir -p "$cache"
case ${2:-} in /* | "") folder=${2:-} ;; *) folder=$PWD/$2 ;; esac
cd "$here"
go build -o "$cache/services" ./tools/testenv/services
command=${1:-}
shift 2 || shift $#
exec "$cache/services" "$command" "$folder" "$@"
