package mail

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// idleAfter is how long a connection waits for the next message before it is closed.
const idleAfter = 5 * time.Second

// stage is what a server is asked while a message is handed over.
type stage string

const (
	stageSender    stage = "name the sender"
	stageRecipient stage = "name the recipient"
	stageMessage   stage = "hand over the message"
)

// connection is one to the mail server, signed in and ready for a message.
type connection struct {
	client  *smtp.Client
	network net.Conn
	timer   *time.Timer // closes it while it is idle
}

// connect takes a connection that was used before, or makes one.
func (s *SMTP) connect(ctx context.Context) (c *connection, used bool, err error) {
	if c := s.idle.take(); c != nil {
		return c, true, nil
	}
	c = &connection{}
	// go-mail heeds the context only while dialling, so the connection is closed under it when the context ends.
	greeted := func() bool { return true }
	dial := func(_ context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			c.network = conn
			greeted = context.AfterFunc(ctx, func() { _ = conn.Close() })
		}
		return conn, err
	}
	client, err := gomail.NewClient(s.host, append([]gomail.Option{
		gomail.WithTimeout(s.timeout), gomail.WithDialContextFunc(dial)}, s.options...)...)
	if err != nil {
		return nil, false, fmt.Errorf("set up client: %w", err)
	}
	defer func() { greeted() }()
	if c.client, err = client.DialToSMTPClientWithContext(ctx); err != nil {
		c.close()
		return nil, false, err
	}
	return c, false, nil
}

// send hands one message over and tells how far it came.
func (c *connection) send(ctx context.Context, from, to string, msg *gomail.Msg) (stage, error) {
	defer c.bounded(ctx)()
	if err := c.client.Mail(from); err != nil {
		return stageSender, err
	}
	if err := c.client.Rcpt(to); err != nil {
		return stageRecipient, err
	}
	w, err := c.client.Data()
	if err != nil {
		return stageMessage, err
	}
	if _, err := msg.WriteTo(w); err != nil {
		c.close() // half a message must not become a whole one
		return stageMessage, err
	}
	return stageMessage, w.Close()
}

// reset makes the connection ready for another message after a refusal.
func (c *connection) reset(ctx context.Context) error {
	defer c.bounded(ctx)()
	return c.client.Reset()
}

// bounded closes the connection when ctx ends before the returned function is called.
func (c *connection) bounded(ctx context.Context) (done func()) {
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.network.SetDeadline(deadline) // a connection that is closed says so when it is used
	}
	stop := context.AfterFunc(ctx, c.close)
	return func() { stop() }
}

func (c *connection) close() {
	if c.network != nil {
		_ = c.network.Close()
	}
}

// goodbye ends the connection as the server expects it.
func (c *connection) goodbye() {
	_ = c.network.SetDeadline(time.Now().Add(time.Second))
	_ = c.client.Quit() // the server may have gone already
	c.close()
}

// idleConnections are ready for the next message.
type idleConnections struct {
	mu  sync.Mutex
	all []*connection
}

func (i *idleConnections) take() *connection {
	i.mu.Lock()
	defer i.mu.Unlock()
	for len(i.all) > 0 {
		c := i.all[len(i.all)-1]
		i.all = i.all[:len(i.all)-1]
		if c.timer.Stop() {
			return c
		}
	}
	return nil
}

func (i *idleConnections) keep(c *connection) {
	i.mu.Lock()
	defer i.mu.Unlock()
	c.timer = time.AfterFunc(idleAfter, func() {
		i.mu.Lock()
		for n, other := range i.all {
			if other == c {
				i.all = append(i.all[:n], i.all[n+1:]...)
				break
			}
		}
		i.mu.Unlock()
		c.goodbye()
	})
	i.all = append(i.all, c)
}
