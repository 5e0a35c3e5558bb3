# The two commands to know are `make run` and `make test`. Everything that they need is installed or fetched by them; what is
# slow to fetch or build lies in ~/.cache/prportal afterwards.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

DATA ?= ./var
SAMPLES ?= $(DATA)/samples
# More arguments for standalone, say RUNFLAGS="-listen 127.0.0.1:9000".
RUNFLAGS ?=
# How long each fuzz target runs, and how often each benchmark.
FUZZTIME ?= 20s
BENCH ?= .

GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

.PHONY: help build packages models testphotos samples run test test-deps screens lint vuln bench eval fuzz clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: packages models ## install what is missing, fetch the models, leave the programs in bin/
	@mkdir -p bin
	CGO_ENABLED=0 go build -o bin/ ./cmd/portal ./cmd/ingest ./cmd/standalone
	go build -o bin/ ./cmd/validator
	@ln -sfn ../models bin/models # where validator looks when it is given no -models

packages:
	@go version | awk '{split(substr($$3, 3), v, "."); exit !(v[1] > 1 || v[2] >= 26)}' || \
		{ echo "Go 1.26 or newer is needed: see https://go.dev/doc/install" >&2; exit 1; }
	@tools/install-packages.sh build validator proofs

models: packages ## fetch the face finders, checked by SHA-256
	@tools/fetch-models.sh

testphotos: packages ## fetch the photos that tests and samples are made of
	@tools/fetch-testphotos.sh

samples: testphotos ## write good and bad photos to try, to ./var/samples
	@go run ./tools/samples $(SAMPLES)

run: build samples ## build, then run the whole system on this machine, with demonstration people
	bin/standalone -demo -data $(DATA) -samples $(SAMPLES) $(RUNFLAGS)

test: build test-deps ## everything: unit, contract and end-to-end tests on real services and in a real browser
	@tools/test.sh

test-deps: testphotos ## install the tests' servers and browser
	@tools/install-packages.sh test
	@tools/testenv/install.sh
	@tools/npm-ci.sh e2e

screens: build test-deps ## take the pictures of docs/screens anew
	@go run ./e2e/files e2e/output/files
	@node e2e/screens/index.mjs

lint: build ## formatting, vet, linters, package lists, Prometheus rules
	@tools/lint.sh $(GOLANGCI)

vuln: packages ## look for known vulnerabilities, where the database can be reached
	@tools/vuln.sh $(GOVULNCHECK)

bench: packages models testphotos ## run the benchmarks
	go test -run '^$$' -bench '$(BENCH)' -benchmem ./...

eval: build ## measure the checks on labelled photos (PHOTOS=DIR), with a report in ./var/eval
	@[ -n "$${PHOTOS:-}" ] || { echo "PHOTOS has to name a folder of labelled photos: see docs/evaluating.md" >&2; exit 1; }
	bin/validator eval -out $(DATA)/eval "$$PHOTOS"

fuzz: packages ## run every fuzz target for a while (FUZZTIME=20s)
	@tools/fuzz.sh $(FUZZTIME)

clean: ## remove what was built here; data in ./var, models and the cache folder stay
	rm -rf bin e2e/node_modules e2e/output
