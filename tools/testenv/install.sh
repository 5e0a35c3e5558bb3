#!/bin/sh
# Puts in place what the tests' servers need and what no Debian package has: the jars of Apache Kafka, a MinIO server and its
# client. They lie in the cache folder afterwards, and what is there is not fetched or built again. Java, Maven and PostgreSQL come from
# Debian: see the package lists.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/prportal/testenv
mkdir -p "$cache"

# The versions are those of the Go code that starts the servers.
kafka=$(sed -n 's/^const KafkaVersion = "\(.*\)"$/\1/p' "$here/../../internal/testenv/servers/kafka.go")
minio=$(sed -n 's/^const MinIOVersion = "\(.*\)"$/\1/p' "$here/../../internal/testenv/servers/minio.go")
mc=$(sed -n 's/^const MinIOClientVersion = "\(.*\)"$/\1/p' "$here/../../internal/testenv/servers/minio.go")
grep -q "<version>$kafka</version>" "$here/kafka/pom.xml" || { echo "kafka/pom.xml is not at $kafka" >&2; exit 1; }
grep -q "github.com/minio/minio v0.0.0-$minio" "$here/minio/go.mod" || { echo "minio/go.mod is not at $minio" >&2; exit 1; }
grep -q "github.com/minio/mc v0.0.0-$mc" "$here/minio/go.mod" || { echo "minio/go.mod is not at $mc" >&2; exit 1; }

need() { command -v "$1" >/dev/null || { echo "$1 is missing: install the Debian package $2" >&2; exit 1; }; }
need java openjdk-17-jre-headless
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need initdb postgresql

if [ ! -d "$cache/kafka-$kafka" ]; then
	need mvn maven
	echo "fetching Apache Kafka $kafka"
	rm -rf "$cache/kafka.new"
	mvn -B -q -f "$here/kafka/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
		-DincludeScope=runtime -DoutputDirectory="$cache/kafka.new"
	(cd "$cache/kafka.new" && sha256sum --quiet -c "$here/kafka/SHA256SUMS")
	mv "$cache/kafka.new" "$cache/kafka-$kafka"
fi

build() { # PROGRAM VERSION
	[ ! -x "$cache/$1-$2" ] || return 0
	echo "building $1 of MinIO: some minutes, once"
	(cd "$here/minio" && nice go build -trimpath -o "$cache/$1.new" "github.com/minio/$1")
	mv "$cache/$1.new" "$cache/$1-$2"
}
build minio "$minio"
build mc "$mc"
