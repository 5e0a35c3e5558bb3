package bus_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/bus"
)

// victimVariable holds "broker topic marker": this test binary, started once more, is then a consumer that takes one message,
// makes the file marker and never comes back.
const victimVariable = "BUS_TEST_VICTIM"

// TestVictim does something only in the process that killedMember starts.
func TestVictim(t *testing.T) {
	fields := strings.Fields(os.Getenv(victimVariable))
	if len(fields) != 3 {
		return
	}
	consumer, err := bus.NewConsumer(bus.ConsumerConfig{Config: bus.Config{Brokers: fields[:1], ClientID: "victim"}, Group: "g",
		Topic: fields[1], SessionTimeout: 6 * time.Second, Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler),
		Handle: func(context.Context, bus.Message) error {
			if err := os.WriteFile(fields[2], nil, 0o600); err != nil {
				return err
			}
			select {}
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Fatal(consumer.Run(t.Context()))
}

// killedMember shows that the work of a process that gets SIGKILL with a message in hand goes to another, that message too.
func killedMember(t *testing.T, s suite) {
	topic := s.topic(t, 4)
	const messages = 40
	var batch []bus.Message
	for n := range messages {
		batch = append(batch, bus.Message{Topic: topic, Key: fmt.Appendf(nil, "case-%d", n), Value: []byte(strconv.Itoa(n))})
	}
	s.publish(t, batch...)
	marker := t.TempDir() + "/taken"
	victim := exec.Command(os.Args[0], "-test.run=^TestVictim$")
	victim.Env = append(os.Environ(), victimVariable+"="+s.config.Brokers[0]+" "+topic+" "+marker)
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "the victim's message", func() bool { _, err := os.Stat(marker); return err == nil })
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := victim.Wait(); err == nil {
		t.Fatal("the victim ended by itself")
	}
	done, _ := s.collect(t, "g", topic)
	seen := map[string]bool{}
	for len(seen) < messages {
		seen[string(next(t, done, "what the killed member had").Value)] = true
	}
	s.awaitLag(t, "g", topic, 0)
}
