package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/bus"
	"prportal.example/internal/testenv"
)

// TestHandlerThatNeverReturnsEndsTheConsumer shows that such a handler does not stand still in silence: the process learns of it,
// and the message has one attempt less.
func TestHandlerThatNeverReturnsEndsTheConsumer(t *testing.T) {
	t.Parallel()
	s := suite{bus.Config{Brokers: testenv.Kfake(t), ClientID: "test"}}
	topic := s.topic(t, 1)
	s.publish(t, bus.Message{Topic: topic, Key: []byte("a"), Value: []byte("x")})
	hang := make(chan bool)
	defer close(hang)
	consumer, err := bus.NewConsumer(bus.ConsumerConfig{Config: s.config, Group: "g", Topic: topic, HandleTimeout: time.Millisecond,
		Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler),
		Handle: func(context.Context, bus.Message) error { <-hang; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if err := consumer.Run(t.Context()); !errors.Is(err, bus.ErrStuck) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the consumer ended with %v", err)
	}
	messages, _ := s.collect(t, "g", topic)
	if m := next(t, messages, "the message"); m.Headers[bus.HeaderAttempt] != "1" || m.Offset != 1 {
		t.Errorf("it comes again as offset %d, attempt %q", m.Offset, m.Headers[bus.HeaderAttempt])
	}
}
