package validation

import (
	"context"
	"errors"
	"io"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"prportal.example/internal/bus"
	"prportal.example/internal/daemon"
	"prportal.example/internal/photos"
	"prportal.example/internal/sandbox"
)

// Usage says how the service is set up.
const Usage = `Settings are read from the environment:
  PRPORTAL_KAFKA_BROKERS    host:port, comma-separated
  PRPORTAL_S3_ENDPOINT      host:port; with _ACCESS_KEY, _SECRET_KEY, _REGION (us-east-1), _SECURE (false)
  PRPORTAL_OPS_LISTEN       host:port of /metrics, /livez and /readyz (127.0.0.1:0)
  PRPORTAL_MODELS           folder of the models (models beside the program)
  PRPORTAL_WORKERS          photos checked at once (number of cores)
  PRPORTAL_READY_FILE       file that is told where the program listens
  PRPORTAL_LOG_LEVEL        debug, info, warn or error (info)`

// Serve is the program validator without arguments.
func Serve(ctx context.Context, getenv func(string) string, stderr io.Writer) (err error) {
	logger, err := daemon.Logger(stderr, getenv)
	if err != nil {
		return err
	}
	env := daemon.NewEnv(getenv)
	config := Config{
		Bus:     bus.Config{Brokers: env.List("PRPORTAL_KAFKA_BROKERS"), ClientID: "validator"},
		Workers: env.Int("PRPORTAL_WORKERS", runtime.NumCPU(), 1, 256),
		Now:     time.Now,
		Logger:  logger,
	}
	store := photos.Config{Endpoint: env.Required("PRPORTAL_S3_ENDPOINT"), AccessKey: env.Required("PRPORTAL_S3_ACCESS_KEY"),
		SecretKey: env.Required("PRPORTAL_S3_SECRET_KEY"), Region: env.String("PRPORTAL_S3_REGION", ""),
		Secure: env.Bool("PRPORTAL_S3_SECURE", false)}
	opsAddr := env.String("PRPORTAL_OPS_LISTEN", "127.0.0.1:0")
	readyFile := env.String(daemon.ReadyFileVariable, "")
	if err := env.Err(); err != nil {
		return err
	}
	if config.Sandbox.Models, err = sandbox.FindModels("", getenv); err != nil {
		return err
	}
	if config.Photos, err = photos.Open(store); err != nil {
		return err
	}
	defer config.Photos.Close()
	registry := daemon.NewRegistry()
	config.Registry = registry
	service, err := New(config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, service.Close()) }()
	ops, err := daemon.NewOps(daemon.OpsConfig{Addr: opsAddr, Registry: registry, Ready: service.Ready(), Logger: logger})
	if err != nil {
		return err
	}
	if err := daemon.WriteReady(readyFile, daemon.Listening{Ops: ops.Addr()}); err != nil {
		return err
	}
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { return ops.Run(ctx) })
	all.Go(func() error { return service.Run(ctx) })
	return all.Wait()
}
