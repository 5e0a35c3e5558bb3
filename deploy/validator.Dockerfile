# validator: the one program with OpenCV, and its models. Build from the root of the repository:
#   docker build -f deploy/validator.Dockerfile -t prportal/validator:local .
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY tools/install-packages.sh tools/
COPY tools/packages tools/packages
RUN tools/install-packages.sh build
COPY tools/fetch-models.sh tools/
COPY models models
RUN tools/fetch-models.sh
COPY go.mod go.sum ./
RUN go mod download
COPY cmd/validator cmd/validator
COPY internal internal
COPY pkg pkg
RUN go build -trimpath -ldflags=-s -o /out/ ./cmd/validator

FROM debian:12.15-slim
COPY tools/install-packages.sh /tmp/tools/
COPY tools/packages /tmp/tools/packages
RUN /tmp/tools/install-packages.sh validator && rm -rf /tmp/tools /var/lib/apt/lists/*
COPY --from=build /src/models /opt/prportal/models
RUN cd /opt/prportal/models && sha256sum --check --quiet SHA256SUMS && cd haarcascades && sha256sum --check --quiet SHA256SUMS
COPY --from=build /out/ /usr/local/bin/
USER 10001:10001
EXPOSE 9102
CMD ["validator"]
