package broker_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/bus"
	"prportal.example/internal/embedded/broker"
)

// TestARestartKeepsEverything goes over three starts of one folder: messages, topics and the group's offsets are there again,
// although the address is another one.
func TestARestartKeepsEverything(t *testing.T) {
	dir := t.TempDir()
	for n, want := range []string{"first", "second", "third"} {
		b, err := broker.Start(broker.Config{Addr: "127.0.0.1:0", Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		config := bus.Config{Brokers: []string{b.Addr()}, ClientID: "test"}
		spec := []bus.TopicSpec{{Name: "photo.uploaded", Partitions: 3, Retention: time.Hour}}
		if n == 0 {
			if err := bus.EnsureTopics(t.Context(), config, spec); err != nil {
				t.Fatal(err)
			}
			producer, err := bus.NewProducer(config)
			if err != nil {
				t.Fatal(err)
			}
			for _, value := range []string{"first", "second", "third"} {
				if err := producer.Publish(t.Context(), bus.Message{Topic: "photo.uploaded", Key: []byte("case"), Value: []byte(value)}); err != nil {
					t.Fatal(err)
				}
			}
			if err := producer.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if err := bus.VerifyTopics(t.Context(), config, spec); err != nil {
			t.Errorf("start %d: %v", n, err)
		}
		takeOne(t, config, want)
		b.Close()
	}
}

// takeOne takes the next message as a member of the group, and commits it.
func takeOne(t *testing.T, config bus.Config, want string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	var got string
	consumer, err := bus.NewConsumer(bus.ConsumerConfig{Config: config, Group: "validator", Topic: "photo.uploaded",
		Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler),
		Handle: func(_ context.Context, m bus.Message) error {
			got = string(m.Value)
			stop()
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	if err := consumer.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAddressInUse(t *testing.T) {
	b, err := broker.Start(broker.Config{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if _, err := broker.Start(broker.Config{Addr: b.Addr()}); err == nil {
		t.Error("two brokers share an address")
	}
}
