package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/segmentio/kafka-go"
)

// ConsumerConfig describes one member of a consumer group on one topic. Fields from HandleTimeout to SessionTimeout have
// defaults.
type ConsumerConfig struct {
	Config
	Group string
	Topic string

	// Handle does the work of one message. Its result is the offset policy: nil commits; an error marked by Retry holds the
	// message and tries again, ever more slowly; any other is tried Attempts times in all, then parked. A panic is such an
	// error. It must heed its context, which ends after HandleTimeout.
	Handle func(ctx context.Context, m Message) error
	// Parked, if set, is called before a message goes to the dead-letter topic, with the error that put it there. An error
	// marked by Retry holds the message; any other is logged and written to the dead letter.
	Parked func(ctx context.Context, m Message, cause error) error

	HandleTimeout time.Duration // one call of Handle or Parked; 60 s
	DrainTimeout  time.Duration // how long the message in hand may go on once Run was told to stop; 15 s
	Attempts      int           // 3
	HoldMin       time.Duration // first pause of a held message; 200 ms, doubled each time
	HoldMax       time.Duration // longest pause; 15 s
	LagInterval   time.Duration // how often lag is measured; 15 s; negative for never
	// SessionTimeout is after how long without a sign of life the group gives a member's partitions to others; 10 s, 6 s at least.
	SessionTimeout time.Duration
	// DeadWithoutValue keeps payload, key and foreign headers out of the dead letter, which then tells only where the message lies: for
	// topics with personal data.
	DeadWithoutValue bool

	Registry prometheus.Registerer
	Logger   *slog.Logger
}

// Consumer takes the messages of its partitions one after the other. For more at once, run more of them: one Reader and one
// handler's state per worker.
type Consumer struct {
	config   ConsumerConfig
	metrics  *metrics
	producer *Producer
	reader   *kafka.Reader
	log      *slog.Logger
}

// ErrStuck ends Run when a handler did not return although its context had ended: it cannot be stopped from outside, so the
// process has to be. Its message has been counted as a failed attempt.
var ErrStuck = errors.New("the handler does not return")

// stuckGrace is the time between the end of a handler's context and giving up on it.
const stuckGrace = 5 * time.Second

// NewConsumer checks the settings; Run connects.
func NewConsumer(c ConsumerConfig) (*Consumer, error) {
	if c.Group == "" || c.Topic == "" || c.Handle == nil || c.Registry == nil || c.Logger == nil {
		return nil, fmt.Errorf("kafka consumer: group %q, topic %q, handler, registry and logger must all be given", c.Group, c.Topic)
	}
	for value, otherwise := range map[*time.Duration]time.Duration{
		&c.HandleTimeout: time.Minute, &c.DrainTimeout: 15 * time.Second, &c.HoldMin: 200 * time.Millisecond,
		&c.HoldMax: 15 * time.Second, &c.LagInterval: 15 * time.Second, &c.SessionTimeout: 10 * time.Second,
	} {
		if *value == 0 {
			*value = otherwise
		}
	}
	if c.Attempts == 0 {
		c.Attempts = 3
	}
	m, err := newMetrics(c.Registry)
	if err != nil {
		return nil, fmt.Errorf("kafka consumer metrics: %w", err)
	}
	for _, result := range []string{"done", "again", "parked"} {
		m.messages.WithLabelValues(c.Group, c.Topic, result) // there from the start, so that the first one shows as an increase
	}
	producer, err := NewProducer(c.Config)
	if err != nil {
		return nil, err
	}
	return &Consumer{config: c, metrics: m, producer: producer, log: c.Logger.With("group", c.Group, "topic", c.Topic)}, nil
}

// Run takes messages until ctx ends, then finishes the one in hand, commits it and leaves the group. It returns nil after such
// a stop, else why it cannot go on. It can be called once.
func (c *Consumer) Run(ctx context.Context) (err error) {
	c.reader = kafka.NewReader(kafka.ReaderConfig{
		Brokers: c.config.Brokers, GroupID: c.config.Group, Topic: c.config.Topic,
		Dialer:      &kafka.Dialer{ClientID: c.config.ClientID, Timeout: 10 * time.Second, DualStack: true},
		StartOffset: kafka.FirstOffset, // a new group misses nothing
		MinBytes:    1, MaxBytes: 10 << 20, MaxWait: 500 * time.Millisecond,
		// A member that is gone gives up its partitions after the session timeout; a handler at work does not hold up heartbeats.
		SessionTimeout: c.config.SessionTimeout, HeartbeatInterval: time.Second, RebalanceTimeout: 10 * time.Second,
		// The first join of a new group often fails while the broker makes its offsets topic; the default waits 5 s after that.
		JoinGroupBackoff: 200 * time.Millisecond,
		ErrorLogger:      kafka.LoggerFunc(func(text string, args ...any) { c.log.Debug("kafka: " + fmt.Sprintf(text, args...)) }),
	})
	background, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	if c.config.LagInterval > 0 {
		beside.Go(func() { c.watchLag(background) })
	}
	defer func() {
		stop()
		beside.Wait()
		err = errors.Join(err, c.reader.Close(), c.producer.Close())
	}()
	for {
		m, err := c.reader.FetchMessage(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			c.fail("fetch")
			c.log.Warn("kafka does not give messages; trying again", "error", err)
			if !sleep(ctx, time.Second) {
				return nil
			}
			continue
		}
		finished, err := c.take(ctx, fromKafka(m))
		if finished {
			c.commit(ctx, m)
		}
		if err != nil {
			return err
		}
	}
}

// take brings one message to its end: handled, published again or parked. finished means that its offset can be committed. An
// error ends the consumer.
func (c *Consumer) take(ctx context.Context, m Message) (finished bool, err error) {
	err = c.hold(ctx, m, "handle", func(ctx context.Context) error { return c.config.Handle(ctx, m) })
	switch {
	case err == nil:
		c.count("done")
		return true, nil
	case ctx.Err() != nil:
		return false, nil // stopped in the middle: whoever gets the partition next starts anew
	}
	if attemptOf(m)+1 < c.config.Attempts {
		c.log.Warn("message failed; it is published again", "error", err, "attempt", attemptOf(m)+1,
			"partition", m.Partition, "offset", m.Offset)
		finished = c.publish(ctx, again(m))
		c.countIf(finished, "again")
	} else {
		finished = c.park(ctx, m, err)
		c.countIf(finished, "parked")
	}
	if errors.Is(err, ErrStuck) {
		return finished, fmt.Errorf("topic %s, partition %d, offset %d: %w", m.Topic, m.Partition, m.Offset, err)
	}
	return finished, nil
}

// park hands the message to Parked and then to the dead-letter topic; false when ctx ended before it was there.
func (c *Consumer) park(ctx context.Context, m Message, cause error) bool {
	var parkedErr error
	if c.config.Parked != nil {
		parkedErr = c.hold(ctx, m, "park", func(ctx context.Context) error { return c.config.Parked(ctx, m, cause) })
		if parkedErr != nil && ctx.Err() != nil {
			return false
		}
	}
	c.log.Error("message parked", "error", cause, "parked_hook_error", parkedErr, "dead_letter_topic", DeadLetterTopic(m.Topic),
		"partition", m.Partition, "offset", m.Offset, "attempts", attemptOf(m)+1)
	return c.publish(ctx, deadLetter(m, errors.Join(cause, parkedErr), c.config.DeadWithoutValue))
}

// hold calls work until it gives something else than an error marked by Retry, pausing longer each time.
func (c *Consumer) hold(ctx context.Context, m Message, step string, work func(context.Context) error) error {
	pause := c.config.HoldMin
	held := c.metrics.held.WithLabelValues(c.config.Group, c.config.Topic)
	for {
		err := c.call(ctx, work)
		if err == nil {
			return nil
		}
		c.fail(step)
		if !IsRetry(err) || ctx.Err() != nil {
			return err
		}
		c.fail("hold")
		c.log.Warn("message held: something it needs is down", "error", err, "step", step, "partition", m.Partition,
			"offset", m.Offset, "pause", pause.String())
		held.Inc()
		goOn := sleep(ctx, pause)
		held.Dec()
		if !goOn {
			return err
		}
		pause = min(2*pause, c.config.HoldMax)
	}
}

// call runs work under its own deadline, which does not end with ctx: the message in hand is finished, for DrainTimeout at most.
func (c *Consumer) call(ctx context.Context, work func(context.Context) error) error {
	own, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), c.config.HandleTimeout,
		fmt.Errorf("no result within %v: %w", c.config.HandleTimeout, context.DeadlineExceeded))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		if sleep(own, c.config.DrainTimeout) {
			cancel()
		}
	})()
	begin := time.Now()
	defer func() {
		c.metrics.seconds.WithLabelValues(c.config.Group, c.config.Topic).Observe(time.Since(begin).Seconds())
	}()
	result := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				result <- fmt.Errorf("panic in the handler: %v", p)
			}
		}()
		result <- work(own)
	}()
	select {
	case err := <-result:
		return err
	case <-own.Done():
	}
	select {
	case err := <-result:
		if err != nil && !IsRetry(err) {
			err = fmt.Errorf("%w: %w", context.Cause(own), err)
		}
		return err
	case <-time.After(stuckGrace):
		return fmt.Errorf("%w: %w", ErrStuck, context.Cause(own))
	}
}

// publish puts a message of our own on its topic, for as long as it takes; false when ctx ended before.
func (c *Consumer) publish(ctx context.Context, m Message) bool {
	pause := c.config.HoldMin
	for {
		attempt, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
		err := c.producer.Publish(attempt, m)
		cancel()
		if err == nil {
			return true
		}
		c.fail("publish")
		c.log.Warn("cannot put the message on another topic; trying again", "error", err, "to", m.Topic)
		if !sleep(ctx, pause) {
			return false
		}
		pause = min(2*pause, c.config.HoldMax)
	}
}

// commit moves the group's offset past m. A commit that fails only means that the message will come again.
func (c *Consumer) commit(ctx context.Context, m kafka.Message) {
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), clientTimeout)
	defer cancel()
	if err := c.reader.CommitMessages(own, m); err != nil {
		c.fail("commit")
		c.log.Warn("offset not committed; the message may come again", "error", err, "partition", m.Partition, "offset", m.Offset)
	}
}

func (c *Consumer) watchLag(ctx context.Context) {
	for {
		lag, err := Lag(ctx, c.config.Config, c.config.Group, c.config.Topic)
		if err != nil && ctx.Err() == nil {
			c.fail("lag")
		}
		if err == nil {
			var total int64
			for _, messages := range lag {
				total += messages
			}
			c.metrics.lag.WithLabelValues(c.config.Group, c.config.Topic).Set(float64(total))
		}
		if !sleep(ctx, c.config.LagInterval) {
			return
		}
	}
}

func (c *Consumer) fail(step string) {
	c.metrics.errors.WithLabelValues(c.config.Group, c.config.Topic, step).Inc()
}

func (c *Consumer) count(result string) {
	c.metrics.messages.WithLabelValues(c.config.Group, c.config.Topic, result).Inc()
}

func (c *Consumer) countIf(finished bool, result string) {
	if finished {
		c.count(result)
	}
}

// sleep pauses; false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
