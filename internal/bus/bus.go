// Package bus is Kafka as this system uses it: events published with every replica's word for it, consumer groups in which the
// handler's result is the offset policy, dead letters, topics that are checked by name, and lag.
package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"
)

// clientTimeout bounds one question to the broker: creating topics, reading offsets.
const clientTimeout = 10 * time.Second

// Config says where the brokers are and who we are there.
type Config struct {
	Brokers  []string // host:port
	ClientID string   // shown in the broker's logs and quotas; the program's name
}

// Message is one record. Headers with one key are kept once, the last one wins.
type Message struct {
	Topic     string
	Key       []byte // decides the partition; events of one case have its id here and so stay in order
	Value     []byte
	Headers   map[string]string
	Partition int       // where it was read from; not used when publishing
	Offset    int64     // the same
	Time      time.Time // when the broker or the producer took it; not used when publishing
}

func (c Config) transport() *kafka.Transport {
	return &kafka.Transport{ClientID: c.ClientID, DialTimeout: 5 * time.Second, IdleTimeout: 30 * time.Second}
}

// client is for single questions; done gives up its connections.
func (c Config) client() (client *kafka.Client, done func(), err error) {
	if len(c.Brokers) == 0 {
		return nil, nil, fmt.Errorf("kafka: no broker address given")
	}
	transport := c.transport()
	return &kafka.Client{Addr: kafka.TCP(c.Brokers...), Timeout: clientTimeout, Transport: transport},
		transport.CloseIdleConnections, nil
}

// Ping reports whether a broker answers: for readiness.
func Ping(ctx context.Context, c Config) error {
	client, done, err := c.client()
	if err != nil {
		return err
	}
	defer done()
	if _, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{}}); err != nil {
		return fmt.Errorf("kafka at %v: %w", c.Brokers, err)
	}
	return nil
}

func fromKafka(m kafka.Message) Message {
	headers := make(map[string]string, len(m.Headers))
	for _, h := range m.Headers {
		headers[h.Key] = string(h.Value)
	}
	return Message{Topic: m.Topic, Key: m.Key, Value: m.Value, Headers: headers, Partition: m.Partition, Offset: m.Offset,
		Time: m.Time}
}
