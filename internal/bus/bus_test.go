package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/bus"
	"prportal.example/internal/testenv"
)

// The contract holds on the embedded broker and on Apache Kafka alike.
func TestOnKfake(t *testing.T)       { exercise(t, testenv.Kfake(t)) }
func TestOnApacheKafka(t *testing.T) { exercise(t, testenv.Kafka(t)) }

func exercise(t *testing.T, brokers []string) {
	t.Parallel()
	for name, test := range map[string]func(*testing.T, suite){
		"message arrives whole":                   messageArrivesWhole,
		"one key stays on one partition in order": oneKeyOnePartition,
		"what is done is not handled again":       doneIsCommitted,
		"what is not done comes again":            unfinishedComesAgain,
		"poison is tried three times then parked": poisonIsParked,
		"panic and overrun are poison":            panicAndOverrunArePoison,
		"parked hook holds and reports":           parkedHook,
		"dead letter without value":               deadLetterWithoutValue,
		"retry holds the message":                 retryHolds,
		"group of two shares the work":            groupOfTwo,
		"a member that leaves gives up its work":  memberLeaves,
		"a killed member's work moves":            killedMember,
		"stopping finishes the message in hand":   stopFinishes,
		"lag counts what is not committed":        lag,
		"topics":                                  topics,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, suite{bus.Config{Brokers: brokers, ClientID: "test"}})
		})
	}
}

type suite struct{ config bus.Config }

const patience = 60 * time.Second // for a busy machine: nothing waits that long unless it is broken

func (s suite) topic(t *testing.T, partitions int) string {
	return testenv.Topic(t, s.config.Brokers, partitions)
}

func (s suite) publish(t *testing.T, messages ...bus.Message) {
	t.Helper()
	p, err := bus.NewProducer(s.config)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Publish(t.Context(), messages...); err != nil {
		t.Fatal(err)
	}
}

// run starts a consumer with quick pauses; stop ends it and checks that it went in order.
func (s suite) run(t *testing.T, c bus.ConsumerConfig) (stop func()) {
	t.Helper()
	c.Config, c.Registry, c.Logger = s.config, prometheus.NewRegistry(), slog.New(slog.DiscardHandler)
	if c.HoldMin == 0 {
		c.HoldMin, c.HoldMax = time.Millisecond, 10*time.Millisecond
	}
	consumer, err := bus.NewConsumer(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- consumer.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("consumer of %s: %v", c.Topic, err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// collect runs a consumer that passes on what it gets.
func (s suite) collect(t *testing.T, group, topic string) (messages <-chan bus.Message, stop func()) {
	t.Helper()
	c := make(chan bus.Message, 1000)
	return c, s.run(t, bus.ConsumerConfig{Group: group, Topic: topic,
		Handle: func(_ context.Context, m bus.Message) error { c <- m; return nil }})
}

func next[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("%s did not come", what)
		panic("unreachable")
	}
}

func (s suite) awaitLag(t *testing.T, group, topic string, want int64) {
	t.Helper()
	await(t, fmt.Sprintf("a lag of %d", want), func() bool {
		lag, err := bus.Lag(t.Context(), s.config, group, topic)
		if err != nil {
			t.Fatal(err)
		}
		var total int64
		for _, messages := range lag {
			total += messages
		}
		return total == want
	})
}

// await asks until there says yes.
func await(t *testing.T, what string, there func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !there(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not come", what)
		}
	}
}

func messageArrivesWhole(t *testing.T, s suite) {
	topic := s.topic(t, 1)
	sent := bus.Message{Topic: topic, Key: []byte("case-1"), Value: []byte(`{"é":1}`),
		Headers: map[string]string{"traceparent": "00-abc", "a": ""}}
	s.publish(t, sent)
	messages, _ := s.collect(t, "g", topic)
	got := next(t, messages, "the message")
	if string(got.Key) != "case-1" || string(got.Value) != string(sent.Value) || got.Topic != topic || got.Offset != 0 ||
		fmt.Sprint(got.Headers) != fmt.Sprint(sent.Headers) || time.Since(got.Time) > time.Hour {
		t.Errorf("got %+v, want %+v", got, sent)
	}
}

func oneKeyOnePartition(t *testing.T, s suite) {
	topic := s.topic(t, 6)
	const keys, each = 12, 10
	for n := range each { // one batch a round, so that order between batches is tested too
		var batch []bus.Message
		for k := range keys {
			batch = append(batch, bus.Message{Topic: topic, Key: fmt.Appendf(nil, "case-%d", k), Value: []byte(strconv.Itoa(n))})
		}
		s.publish(t, batch...)
	}
	messages, _ := s.collect(t, "g", topic)
	partition, seen, used := map[string]int{}, map[string]int{}, map[int]bool{}
	for range keys * each {
		m := next(t, messages, "a message")
		key := string(m.Key)
		if p, ok := partition[key]; ok && p != m.Partition {
			t.Fatalf("key %s is on partitions %d and %d", key, p, m.Partition)
		}
		if string(m.Value) != strconv.Itoa(seen[key]) {
			t.Fatalf("key %s: message %s came when %d was due", key, m.Value, seen[key])
		}
		partition[key], used[m.Partition] = m.Partition, true
		seen[key]++
	}
	if len(used) < 2 {
		t.Error("all keys are on one partition")
	}
}

func doneIsCommitted(t *testing.T, s suite) {
	topic := s.topic(t, 2)
	s.publish(t, bus.Message{Topic: topic, Key: []byte("a"), Value: []byte("1")}, bus.Message{Topic: topic, Key: []byte("b"),
		Value: []byte("2")})
	messages, stop := s.collect(t, "g", topic)
	next(t, messages, "the first")
	next(t, messages, "the second")
	stop()
	s.publish(t, bus.Message{Topic: topic, Key: []byte("a"), Value: []byte("3")})
	again, _ := s.collect(t, "g", topic)
	if m := next(t, again, "the third"); string(m.Value) != "3" {
		t.Errorf("after a restart %q came again", m.Value)
	}
}

func unfinishedComesAgain(t *testing.T, s suite) {
	topic := s.topic(t, 1)
	for n := range 3 {
		s.publish(t, bus.Message{Topic: topic, Key: []byte("a"), Value: []byte(strconv.Itoa(n))})
	}
	reached := make(chan bool)
	stop := s.run(t, bus.ConsumerConfig{Group: "g", Topic: topic, DrainTimeout: time.Millisecond,
		Handle: func(ctx context.Context, m bus.Message) error {
			if string(m.Value) == "1" {
				close(reached)
				<-ctx.Done() // cut off in the middle
				return ctx.Err()
			}
			return nil
		}})
	next(t, reached, "the second message")
	stop()
	messages, _ := s.collect(t, "g", topic)
	for _, want := range []string{"1", "2"} {
		m := next(t, messages, want)
		if string(m.Value) != want || m.Headers[bus.HeaderAttempt] != "" {
			t.Errorf("got %q with attempt %q, want %s as it was", m.Value, m.Headers[bus.HeaderAttempt], want)
		}
	}
}

func poisonIsParked(t *testing.T, s suite) {
	topic := s.topic(t, 1)
	s.publish(t, bus.Message{Topic: topic, Key: []byte("bad"), Value: []byte("poison"), Headers: map[string]string{"h": "1"}},
		bus.Message{Topic: topic, Key: []byte("good"), Value: []byte("fine")})
	var tries atomic.Int32
	fine := make(chan bool, 1)
	stop := s.run(t, bus.ConsumerConfig{Group: "g", Topic: topic, Handle: func(_ context.Context, m bus.Message) error {
		if string(m.Value) == "fine" {
			fine <- true
			return nil
		}
		tries.Add(1)
		return errors.New("cannot\nread it")
	}})
	next(t, fine, "the good message behind the poison")
	dead, _ := s.collect(t, "reader of dead letters", bus.DeadLetterTopic(topic))
	letter := next(t, dead, "the dead letter")
	if n := tries.Load(); n != 3 {
		t.Errorf("tried %d times, want 3", n)
	}
	if string(letter.Key) != "bad" || string(letter.Value) != "poison" {
		t.Errorf("dead letter %q %q", letter.Key, letter.Value)
	}
	for header, want := range map[string]string{"h": "1", bus.HeaderAttempt: "3", bus.HeaderTopic: topic,
		bus.HeaderPartition: "0", bus.HeaderError: "cannot read it"} {
		if letter.Headers[header] != want {
			t.Errorf("header %s is %q, want %q", header, letter.Headers[header], want)
		}
	}
	s.awaitLag(t, "g", topic, 0)
	stop()
	if n := tries.Load(); n != 3 {
		t.Errorf("tried %d times in the end, want 3", n)
	}
}

func panicAndOverrunArePoison(t *testing.T, s suite) {
	topic := s.topic(t, 1)
	s.publish(t, bus.Message{Topic: topic, Key: []byte("a"), Value: []byte("panic")},
		bus.Message{Topic: topic, Key: []byte("a"), Value: []byte("overrun")})
	s.run(t, bus.ConsumerConfig{Group: "g", Topic: topic, HandleTimeout: 20 * time.Millisecond,
		Handle: func(ctx context.Context, m bus.Message) error {
			if string(m.Value) == "panic" {
				panic("index out of range")
			}
			<-ctx.Done()
			return ctx.Err()
		}})
	dead, _ := s.collect(t, "reader of dead letters", bus.DeadLetterTopic(topic))
	for _, want := range []string{"index out of range", "no result within 20ms"} {
		if letter := next(t, dead, want); !strings.Contains(letter.Headers[bus.HeaderError], want) {
			t.Errorf("dead letter %q says %q, want %q", letter.Value, letter.Headers[bus.HeaderError], want)
		}
	}
}

func parkedHook(t *testing.T, s suite) {
	topic := s.topic(t, 1)
	s.publish(t, bus.Message{Topic: topic, Key: []byte("a"), Value: []byte("x")})
	var calls atomic.Int32
	s.run(t, bus.ConsumerConfig{Group: "g", Topic: topic,
		Handle: func(context.Context, bus.Message) error { return errors.New("broken photo") },
		Parked: func(_ context.Context, m bus.Message, cause error) error {
			if !strings.Contains(cause.Error(), "broken photo") || string(m.Value) != "x" {
				t.Errorf("the hook got %v for %q", cause, m.Value)
			}
			if calls.Add(1) < 4 {
				return bus.Retry(errors.New("broker away"))
			}
			return errors.New("hook gave up")
		}})
	dead, _ := s.collect(t, "reader of dead letters", bus.DeadLetterTopic(topic))
	letter := next(t, dead, "the dead letter")
	if text := letter.Headers[bus.HeaderError]; text != "broken photo hook gave up" || calls.Load() != 4 {
		t.Errorf("after %d calls of the hook the letter says %q", calls.Load(), text)
	}
}

func deadLetterWithoutValue(t *testing.T, s suite) {
	topic := s.topic(t, 1)
	s.publish(t, bus.Message{Topic: topic, Key: []byte("a key"), Value: []byte("a name and an address"),
		Headers: map[string]string{"sender": "an address"}})
	s.run(t, bus.ConsumerConfig{Group: "g", Topic: topic, DeadWithoutValue: true, Attempts: 1,
		Handle: func(context.Context, bus.Message) error { return errors.New("refused") }})
	dead, _ := s.collect(t, "reader of dead letters", bus.DeadLetterTopic(topic))
	if letter := next(t, dead, "the dead letter"); len(letter.Value) != 0 || letter.Headers[bus.HeaderOffset] != "0" ||
		len(letter.Key) != 0 || letter.Headers["sender"] != "" {
		t.Errorf("dead letter %q with key %q and headers %v", letter.Value, letter.Key, letter.Headers)
	}
}

func retryHolds(t *testing.T, s suite) {
	topic := s.topic(t, 1)
	s.publish(t, bus.Message{Topic: topic, Key: []byte("a"), Value: []byte("first")},
		bus.Message{Topic: topic, Key: []byte("a"), Value: []byte("second")})
	var mu sync.Mutex
	var order []string
	done := make(chan bool)
	s.run(t, bus.ConsumerConfig{Group: "g", Topic: topic, Handle: func(_ context.Context, m bus.Message) error {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, string(m.Value)+m.Headers[bus.HeaderAttempt])
		switch {
		case len(order) < 6:
			return fmt.Errorf("store: %w", bus.Retry(errors.New("connection refused")))
		case string(m.Value) == "second":
			close(done)
		}
		return nil
	}})
	next(t, done, "the second message")
	mu.Lock()
	defer mu.Unlock()
	if want := []string{"first", "first", "first", "first", "first", "first", "second"}; !slices.Equal(order, want) {
		t.Errorf("handled %v, want %v", order, want)
	}
}

func groupOfTwo(t *testing.T, s suite) {
	topic := s.topic(t, 4)
	type taken struct{ member, partition int }
	seen := make(chan taken, 1000)
	for member := range 2 {
		s.run(t, bus.ConsumerConfig{Group: "g", Topic: topic, Handle: func(_ context.Context, m bus.Message) error {
			seen <- taken{member, m.Partition}
			return nil
		}})
	}
	// Rounds of messages to all partitions, until both members have worked in one and the same round.
	for deadline := time.Now().Add(patience); ; {
		var batch []bus.Message
		for k := range 40 {
			batch = append(batch, bus.Message{Topic: topic, Key: fmt.Appendf(nil, "case-%d", k), Value: []byte("x")})
		}
		s.publish(t, batch...)
		members, owner, shared := map[int]bool{}, map[int]int{}, true
		for range batch {
			got := next(t, seen, "a message")
			members[got.member] = true
			if o, ok := owner[got.partition]; ok && o != got.member {
				shared = false // in the middle of a rebalance
			}
			owner[got.partition] = got.member
		}
		if len(members) == 2 && shared {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("members %v, owners %v", members, owner)
		}
	}
}

func memberLeaves(t *testing.T, s suite) {
	topic := s.topic(t, 4)
	const messages = 200
	var batch []bus.Message
	for n := range messages {
		batch = append(batch, bus.Message{Topic: topic, Key: fmt.Appendf(nil, "case-%d", n%20), Value: []byte(strconv.Itoa(n))})
	}
	s.publish(t, batch...)
	done := make(chan string, 10*messages)
	handle := func(_ context.Context, m bus.Message) error { done <- string(m.Value); return nil }
	leave := s.run(t, bus.ConsumerConfig{Group: "g", Topic: topic, Handle: handle})
	seen := map[string]int{next(t, done, "a first message"): 1}
	leave()
	s.run(t, bus.ConsumerConfig{Group: "g", Topic: topic, Handle: handle})
	for len(seen) < messages {
		seen[next(t, done, "all messages")]++
	}
	s.awaitLag(t, "g", topic, 0)
	for value, times := range seen {
		if times != 1 {
			t.Errorf("message %s was handled %d times although its member left in order", value, times)
		}
	}
}

func stopFinishes(t *testing.T, s suite) {
	topic := s.topic(t, 1)
	s.publish(t, bus.Message{Topic: topic, Key: []byte("a"), Value: []byte("x")})
	begun, goOn := make(chan bool), make(chan bool)
	var whole atomic.Bool
	stop := s.run(t, bus.ConsumerConfig{Group: "g", Topic: topic, Handle: func(ctx context.Context, _ bus.Message) error {
		close(begun)
		<-goOn
		whole.Store(ctx.Err() == nil)
		return nil
	}})
	next(t, begun, "the message")
	ended := make(chan bool)
	go func() { stop(); close(ended) }()
	close(goOn)
	next(t, ended, "the end of the consumer")
	if !whole.Load() {
		t.Error("the handler's context ended with the consumer's")
	}
	s.awaitLag(t, "g", topic, 0)
}

func lag(t *testing.T, s suite) {
	topic := s.topic(t, 3)
	s.awaitLag(t, "nobody", topic, 0)
	for n := range 6 {
		s.publish(t, bus.Message{Topic: topic, Key: []byte(strconv.Itoa(n)), Value: []byte("x")})
	}
	s.awaitLag(t, "nobody", topic, 6)
	hold := make(chan bool)
	var first sync.Once
	s.run(t, bus.ConsumerConfig{Group: "g", Topic: topic, Handle: func(context.Context, bus.Message) error {
		passed := false
		first.Do(func() { passed = true })
		if !passed {
			<-hold
		}
		return nil
	}})
	s.awaitLag(t, "g", topic, 5)
	close(hold)
	s.awaitLag(t, "g", topic, 0)
	if _, err := bus.Lag(t.Context(), s.config, "g", "no-such-topic"); err == nil {
		t.Error("the lag of a topic that does not exist is known")
	}
}

func topics(t *testing.T, s suite) {
	name := s.topic(t, 2)
	spec := []bus.TopicSpec{{Name: name, Partitions: 2, Retention: 48 * time.Hour}}
	for range 2 { // the second time it is there
		if err := bus.EnsureTopics(t.Context(), s.config, spec); err != nil {
			t.Fatal(err)
		}
	}
	missing := "missing-" + name
	var named *bus.MissingTopicError
	if err := bus.VerifyTopics(t.Context(), s.config, append(spec, bus.TopicSpec{Name: missing, Partitions: 1})); !errors.As(err,
		&named) || named.Topic != missing {
		t.Errorf("a missing topic gives %v", err)
	}
	if err := bus.VerifyTopics(t.Context(), s.config, []bus.TopicSpec{{Name: name, Partitions: 3}}); err == nil ||
		!strings.Contains(err.Error(), name) {
		t.Errorf("too few partitions give %v", err)
	}
	if err := bus.EnsureTopics(t.Context(), s.config, []bus.TopicSpec{{Name: name, Partitions: 2}}); err == nil {
		t.Error("a topic without a retention is taken")
	}
	p, err := bus.NewProducer(s.config)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Publish(t.Context(), bus.Message{Topic: missing, Value: []byte("x")}); err == nil {
		t.Error("publishing to a missing topic is no error")
	}
	if err := bus.VerifyTopics(t.Context(), s.config, []bus.TopicSpec{{Name: missing, Partitions: 1}}); !errors.As(err, &named) {
		t.Errorf("publishing made the topic: %v", err)
	}
}

func TestUnreachableBrokerIsAnError(t *testing.T) {
	config := bus.Config{Brokers: []string{"127.0.0.1:1"}, ClientID: "test"}
	p, err := bus.NewProducer(config)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Publish(t.Context(), bus.Message{Topic: "photo.uploaded", Value: []byte("x")}); err == nil {
		t.Error("publishing to nobody is no error: rows would be marked as sent")
	}
	if err := bus.Ping(t.Context(), config); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("ping: %v", err)
	}
	if _, err := bus.NewProducer(bus.Config{}); err == nil {
		t.Error("a producer without brokers is made")
	}
}

func TestRetryIsFoundThroughWrapping(t *testing.T) {
	cause := errors.New("refused")
	err := fmt.Errorf("get photo: %w", bus.Retry(cause))
	if !bus.IsRetry(err) || !errors.Is(err, cause) || bus.IsRetry(cause) || bus.Retry(nil) != nil || bus.IsRetry(nil) {
		t.Error("Retry and IsRetry disagree")
	}
}

func TestConsumersOfOneProcessShareMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	for range 2 {
		if _, err := bus.NewConsumer(bus.ConsumerConfig{Config: bus.Config{Brokers: []string{"127.0.0.1:1"}}, Group: "g", Topic: "t",
			Handle: func(context.Context, bus.Message) error { return nil }, Registry: registry,
			Logger: slog.New(slog.DiscardHandler)}); err != nil {
			t.Error(err)
		}
	}
}
