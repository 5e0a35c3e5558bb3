# portal and ingest: static programs without OpenCV. Build from the root of the repository:
#   docker build -f deploy/portal.Dockerfile -t prportal/portal:local .
# and, with the browser that makes proofs of status beside the same program:
#   docker build -f deploy/portal.Dockerfile --target proofs -t prportal/proofs:local .
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd/portal cmd/portal
COPY cmd/ingest cmd/ingest
COPY internal internal
COPY pkg pkg
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /out/ ./cmd/portal ./cmd/ingest

FROM debian:12.15-slim AS proofs
COPY tools/install-packages.sh /tmp/tools/
COPY tools/packages /tmp/tools/packages
RUN /tmp/tools/install-packages.sh portal proofs && rm -rf /tmp/tools /var/lib/apt/lists/*
COPY --from=build /out/portal /usr/local/bin/
USER 10002:10002
EXPOSE 9101
CMD ["portal", "-roles", "proofs"]

FROM debian:12.15-slim AS portal
COPY tools/install-packages.sh /tmp/tools/
COPY tools/packages /tmp/tools/packages
RUN /tmp/tools/install-packages.sh portal && rm -rf /tmp/tools /var/lib/apt/lists/*
COPY --from=build /out/ /usr/local/bin/
USER 10001:10001
EXPOSE 8080 8081 9101
CMD ["portal"]
