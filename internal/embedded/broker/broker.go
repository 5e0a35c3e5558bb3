// Package broker is a broker that speaks Kafka's protocol within one process, for a machine on which nothing is installed and
// for tests. What it took is on the disk before it is acknowledged.
package broker

import (
	"fmt"
	"net"
	"strings"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Config says where the broker listens and keeps its messages.
type Config struct {
	Addr string // host:port; port 0 means a free one
	Dir  string // its own folder, made if needed; empty keeps everything in memory
}

// Broker is one running broker.
type Broker struct {
	cluster *kfake.Cluster
	addr    string
}

// Start listens and loads what Dir holds. The broker runs until Close.
func Start(c Config) (*Broker, error) {
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return nil, fmt.Errorf("kafka broker: %w", err)
	}
	options := []kfake.Opt{
		kfake.NumBrokers(1),
		kfake.ListenFn(func(string, string) (net.Listener, error) { return listener, nil }),
		kfake.BrokerConfigs(map[string]string{"group.initial.rebalance.delay.ms": "0"}),
	}
	if c.Dir != "" {
		options = append(options, kfake.DataDir(c.Dir), kfake.SyncWrites())
	}
	cluster, err := kfake.NewCluster(options...)
	if err != nil {
		return nil, fmt.Errorf("kafka broker with data in %s: %w", c.Dir, err)
	}
	return &Broker{cluster: cluster, addr: strings.Join(cluster.ListenAddrs(), ",")}, nil
}

// Addr is the broker's address, host:port.
func (b *Broker) Addr() string { return b.addr }

// Close writes what is left to write and stops listening.
func (b *Broker) Close() { b.cluster.Close() }
