package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
)

// Forever is the Retention of a topic whose messages are never dropped.
const Forever time.Duration = -1

// TopicSpec is what a topic must be like. Dead-letter topics are specs of their own.
type TopicSpec struct {
	Name       string
	Partitions int
	Replicas   int           // 0 means the broker's own setting
	Retention  time.Duration // how long messages are kept, or Forever; never left to the broker
}

// EnsureTopics creates the topics that do not exist, sets the retention of those that do, and verifies all.
func EnsureTopics(ctx context.Context, c Config, specs []TopicSpec) error {
	client, done, err := c.client()
	if err != nil {
		return err
	}
	defer done()
	request := &kafka.CreateTopicsRequest{}
	var settings []kafka.IncrementalAlterConfigsRequestResource
	for _, s := range specs {
		if s.Name == "" || s.Partitions < 1 || (s.Retention <= 0 && s.Retention != Forever) {
			return fmt.Errorf("kafka topic %q: needs a name, partitions and a retention, has %d and %v",
				s.Name, s.Partitions, s.Retention)
		}
		replicas := s.Replicas
		if replicas == 0 {
			replicas = -1
		}
		request.Topics = append(request.Topics, kafka.TopicConfig{Topic: s.Name, NumPartitions: s.Partitions,
			ReplicationFactor: replicas,
			ConfigEntries:     []kafka.ConfigEntry{{ConfigName: "retention.ms", ConfigValue: s.retention()}}})
	}
	response, err := client.CreateTopics(ctx, request)
	if err != nil {
		return fmt.Errorf("create topics on kafka at %v: %w", c.Brokers, err)
	}
	for _, s := range specs {
		switch err := response.Errors[s.Name]; {
		case errors.Is(err, kafka.TopicAlreadyExists):
			settings = append(settings, kafka.IncrementalAlterConfigsRequestResource{
				ResourceType: kafka.ResourceTypeTopic, ResourceName: s.Name,
				Configs: []kafka.IncrementalAlterConfigsRequestConfig{{Name: "retention.ms", Value: s.retention(),
					ConfigOperation: kafka.ConfigOperationSet}}})
		case err != nil:
			return fmt.Errorf("create topic %s on kafka at %v: %w", s.Name, c.Brokers, err)
		}
	}
	if len(settings) > 0 {
		altered, err := client.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{Resources: settings})
		if err != nil {
			return fmt.Errorf("set retention of topics on kafka at %v: %w", c.Brokers, err)
		}
		for _, topic := range altered.Resources {
			if topic.Error != nil {
				return fmt.Errorf("set retention of topic %s: %w", topic.ResourceName, topic.Error)
			}
		}
	}
	return awaitTopics(ctx, c, specs)
}

func (s TopicSpec) retention() string {
	if s.Retention == Forever {
		return "-1"
	}
	return strconv.FormatInt(s.Retention.Milliseconds(), 10)
}

// awaitTopics waits until the brokers tell of topics that were just made; it takes them a moment.
func awaitTopics(ctx context.Context, c Config, specs []TopicSpec) error {
	ctx, cancel := context.WithTimeout(ctx, clientTimeout)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := VerifyTopics(ctx, c, specs)
		var missing *MissingTopicError
		if !errors.As(err, &missing) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// MissingTopicError names a topic that the broker does not have.
type MissingTopicError struct{ Topic string }

func (e *MissingTopicError) Error() string {
	return fmt.Sprintf("kafka topic %s does not exist: run `portal topics`", e.Topic)
}

// VerifyTopics reports the first topic that is missing (*MissingTopicError) or has fewer partitions than its spec. Programs
// call it at start-up, since a group on a missing topic waits for ever without a word.
func VerifyTopics(ctx context.Context, c Config, specs []TopicSpec) error {
	client, done, err := c.client()
	if err != nil {
		return err
	}
	defer done()
	names := make([]string, len(specs))
	for i, s := range specs {
		names[i] = s.Name
	}
	metadata, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: names})
	if err != nil {
		return fmt.Errorf("look up topics on kafka at %v: %w", c.Brokers, err)
	}
	found := map[string]kafka.Topic{}
	for _, topic := range metadata.Topics {
		found[topic.Name] = topic
	}
	for _, s := range specs {
		topic, ok := found[s.Name]
		switch {
		case !ok || errors.Is(topic.Error, kafka.UnknownTopicOrPartition):
			return &MissingTopicError{Topic: s.Name}
		case topic.Error != nil:
			return fmt.Errorf("kafka topic %s: %w", s.Name, topic.Error)
		case len(topic.Partitions) < s.Partitions:
			return fmt.Errorf("kafka topic %s has %d partitions, needs %d: more cannot be added while keys must stay in order",
				s.Name, len(topic.Partitions), s.Partitions)
		}
	}
	return nil
}

// AwaitTopics is VerifyTopics for a program that starts before its brokers do: it waits until they answer, and says once that it
// does. A topic that is missing ends it at once (*MissingTopicError), and so does the end of ctx.
func AwaitTopics(ctx context.Context, c Config, specs []TopicSpec, log *slog.Logger) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for said := false; ; said = true {
		err := VerifyTopics(ctx, c, specs)
		var missing *MissingTopicError
		switch {
		case err == nil, errors.As(err, &missing):
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case !said:
			log.WarnContext(ctx, "waiting for kafka", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
