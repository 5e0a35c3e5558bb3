package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// stopGrace is how long requests in hand may go on after the process was asked to stop.
const stopGrace = 20 * time.Second

// Serve answers HTTP on listener until ctx ends, then takes no new connections and lets requests in hand finish, 20 s at
// most. It closes listener. It returns nil after a clean stop.
//
// The time limits leave room for a 20 MB photo over a slow line and end connections that only hold a place.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, logger *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute,
		WriteTimeout:      6 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		closeErr := server.Close()
		return fmt.Errorf("stop serving on %s: %w", listener.Addr(), errors.Join(err, closeErr))
	}
	return nil
}
