package servers

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"prportal.example/internal/bus"
)

// KafkaVersion is the version of Apache Kafka whose jars lie in the cache.
const KafkaVersion = "4.4.0"

// kafkaSettings is one node that is broker and controller in one. Every replication factor is one, and a group begins as soon as
// its first member is there.
const kafkaSettings = `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@%[1]s
listeners=PLAINTEXT://%[2]s,CONTROLLER://%[1]s
advertised.listeners=PLAINTEXT://%[2]s
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=%[3]s
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.cleaner.enable=false
`

// StartKafka starts Apache Kafka in KRaft mode with its data under dir. Its Value is host:port.
func StartKafka(ctx context.Context, dir string) (*Server, error) {
	cache, err := Cache()
	if err != nil {
		return nil, err
	}
	jars := filepath.Join(cache, "kafka-"+KafkaVersion)
	if _, err := os.Stat(jars); err != nil {
		return nil, &MissingError{What: "Apache Kafka in " + jars}
	}
	if _, err := exec.LookPath("java"); err != nil {
		return nil, &MissingError{What: "Java 17"}
	}
	return attempts(func() (*Server, error) { return startKafka(ctx, dir, jars) })
}

func startKafka(ctx context.Context, dir, jars string) (*Server, error) {
	brokerPort, err := freePort()
	if err != nil {
		return nil, err
	}
	controllerPort, err := freePort()
	if err != nil {
		return nil, err
	}
	home, err := os.MkdirTemp(dir, "kafka-")
	if err != nil {
		return nil, err
	}
	settings := filepath.Join(home, "server.properties")
	text := fmt.Sprintf(kafkaSettings, localhost(controllerPort), localhost(brokerPort), filepath.Join(home, "data"))
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		return nil, err
	}
	java := func(class string, args ...string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, "java", append([]string{"-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
			"-cp", filepath.Join(jars, "*"), class}, args...)...)
		cmd.Dir = home
		return cmd
	}
	format := java("kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c", settings)
	var said bytes.Buffer
	format.Stdout, format.Stderr = &said, &said
	if err := format.Run(); err != nil {
		return nil, fmt.Errorf("format the storage of Apache Kafka: %w: %s", err, strings.TrimSpace(said.String()))
	}
	p, err := launch(java("kafka.Kafka", settings), home, "kafka")
	if err != nil {
		return nil, err
	}
	config := bus.Config{Brokers: []string{localhost(brokerPort)}, ClientID: "testenv"}
	if err := p.await(ctx, func(ctx context.Context) error { return bus.Ping(ctx, config) }); err != nil {
		p.end(syscall.SIGKILL)
		return nil, err
	}
	// Its data is thrown away: an orderly shutdown would only take time.
	return &Server{Value: localhost(brokerPort), stop: func() { p.end(syscall.SIGKILL) }}, nil
}
