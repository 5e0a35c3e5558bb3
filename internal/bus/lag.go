package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"
)

// groupIDNotFound is what newer brokers answer for a group that never committed; older ones give offset -1.
const groupIDNotFound = kafka.Error(69)

// Lag is how many messages of topic the group has yet to commit, by partition. What a group never committed counts from the
// oldest message that is kept. While brokers choose who leads, for a moment after a start, it asks again.
func Lag(ctx context.Context, c Config, group, topic string) (map[int]int64, error) {
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		lag, err := lagNow(ctx, c, group, topic)
		if !choosing(err) || pause > 2*time.Second || !sleep(ctx, pause) {
			return lag, err
		}
	}
}

func choosing(err error) bool {
	for _, passing := range []error{kafka.NotLeaderForPartition, kafka.LeaderNotAvailable, kafka.NotCoordinatorForGroup,
		kafka.GroupLoadInProgress, kafka.GroupCoordinatorNotAvailable} {
		if errors.Is(err, passing) {
			return true
		}
	}
	return false
}

func lagNow(ctx context.Context, c Config, group, topic string) (map[int]int64, error) {
	client, done, err := c.client()
	if err != nil {
		return nil, err
	}
	defer done()
	fail := func(err error) (map[int]int64, error) {
		return nil, fmt.Errorf("lag of group %s on topic %s of kafka at %v: %w", group, topic, c.Brokers, err)
	}
	metadata, err := client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
	if err != nil {
		return fail(err)
	}
	var partitions []int
	var wanted []kafka.OffsetRequest
	for _, t := range metadata.Topics {
		if t.Error != nil {
			return fail(t.Error)
		}
		for _, p := range t.Partitions {
			partitions = append(partitions, p.ID)
			wanted = append(wanted, kafka.FirstOffsetOf(p.ID), kafka.LastOffsetOf(p.ID))
		}
	}
	if len(partitions) == 0 {
		return fail(&MissingTopicError{Topic: topic})
	}
	ends, err := client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{topic: wanted}})
	if err != nil {
		return fail(err)
	}
	committed, err := committedOffsets(ctx, client, group, topic, partitions)
	if err != nil {
		return fail(err)
	}
	lag := make(map[int]int64, len(partitions))
	for _, p := range ends.Topics[topic] {
		if p.Error != nil {
			return fail(p.Error)
		}
		from, ok := committed[p.Partition]
		if !ok || from < p.FirstOffset {
			from = p.FirstOffset
		}
		lag[p.Partition] = max(0, p.LastOffset-from)
	}
	return lag, nil
}

// committedOffsets leaves out partitions that the group has not committed.
func committedOffsets(ctx context.Context, client *kafka.Client, group, topic string, partitions []int) (map[int]int64, error) {
	response, err := client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: group,
		Topics: map[string][]int{topic: partitions}})
	if err == nil {
		err = response.Error
	}
	if errors.Is(err, groupIDNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	offsets := map[int]int64{}
	for _, p := range response.Topics[topic] {
		if p.Error != nil && !errors.Is(p.Error, groupIDNotFound) {
			return nil, p.Error
		}
		if p.Error == nil && p.CommittedOffset >= 0 {
			offsets[p.Partition] = p.CommittedOffset
		}
	}
	return offsets, nil
}
