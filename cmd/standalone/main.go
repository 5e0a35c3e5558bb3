// Command standalone runs the whole system on one machine with nothing to install: it embeds a Kafka broker, an object store,
// a database file and a mail inbox, and starts the same portal, validator and ingest programs that run elsewhere. It is for trying,
// teaching and developing; real people's photos need Kafka, MinIO or another S3, and PostgreSQL.
package main

import "prportal.example/internal/daemon"

func main() { daemon.Main(run) }
