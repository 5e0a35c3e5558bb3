package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"
)

// Producer publishes. It is safe for use by many goroutines.
type Producer struct {
	writer  *kafka.Writer
	brokers []string
}

// NewProducer makes a producer; it connects with the first message.
func NewProducer(c Config) (*Producer, error) {
	if len(c.Brokers) == 0 {
		return nil, fmt.Errorf("kafka producer: no broker address given")
	}
	return &Producer{brokers: c.Brokers, writer: &kafka.Writer{
		Addr: kafka.TCP(c.Brokers...),
		// Published means that the broker has it on every in-sync replica. The library's own choice would not ask the broker at all.
		RequiredAcks: kafka.RequireAll,
		// One key, one partition, as other Kafka clients choose it; the library's own choice would deal keys out in turn.
		Balancer:               &kafka.Hash{},
		Async:                  false,
		AllowAutoTopicCreation: false, // a topic made by accident has one partition and no retention
		BatchTimeout:           5 * time.Millisecond,
		MaxAttempts:            3,
		WriteBackoffMin:        100 * time.Millisecond,
		WriteBackoffMax:        time.Second,
		WriteTimeout:           10 * time.Second,
		ReadTimeout:            10 * time.Second,
		Transport:              c.transport(),
	}}, nil
}

// Publish returns nil when the broker has every message. After an error some of them may be there all the same: publishing
// them again is right, since readers go by the event's id.
func (p *Producer) Publish(ctx context.Context, messages ...Message) error {
	out := make([]kafka.Message, len(messages))
	for i, m := range messages {
		out[i] = kafka.Message{Topic: m.Topic, Key: m.Key, Value: m.Value, Headers: toHeaders(m.Headers)}
	}
	err := p.writer.WriteMessages(ctx, out...)
	if err == nil {
		return nil
	}
	var each kafka.WriteErrors
	if !errors.As(err, &each) {
		return fmt.Errorf("publish %d messages to kafka at %v: %w", len(messages), p.brokers, err)
	}
	for i, err := range each {
		if err != nil {
			return fmt.Errorf("publish to topic %s of kafka at %v (%d of %d messages failed): %w",
				messages[i].Topic, p.brokers, each.Count(), len(messages), err)
		}
	}
	return nil
}

// Close flushes and disconnects.
func (p *Producer) Close() error { return p.writer.Close() }

// toHeaders puts headers in the order of their keys, so that equal messages are equal bytes.
func toHeaders(headers map[string]string) []kafka.Header {
	out := make([]kafka.Header, 0, len(headers))
	for key, value := range headers {
		out = append(out, kafka.Header{Key: key, Value: []byte(value)})
	}
	slices.SortFunc(out, func(a, b kafka.Header) int {
		switch {
		case a.Key < b.Key:
			return -1
		case a.Key > b.Key:
			return 1
		}
		return 0
	})
	return out
}
