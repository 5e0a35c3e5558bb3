package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	stdmail "net/mail"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLS says how far the way to the mail server has to be encrypted.
type TLS string

const (
	// TLSOpportunistic encrypts if the server offers it; the default.
	TLSOpportunistic TLS = "opportunistic"
	// TLSMandatory refuses a server that does not offer STARTTLS.
	TLSMandatory TLS = "mandatory"
	// TLSNone never encrypts: only for a mail server on the same machine.
	TLSNone TLS = "none"
)

// SMTPConfig says which server takes the mail. Addr and From are required.
type SMTPConfig struct {
	Addr               string // host:port
	From               string // "name <address>" or an address
	Username, Password string // no authentication if Username is empty; needs TLS
	TLS                TLS
	Timeout            time.Duration    // for one message, from dialling to the server's answer; 0 means 20 s
	Now                func() time.Time // for the Date header; nil means time.Now
}

// SMTP hands messages to a mail server, one connection a message. It is safe for concurrent use.
type SMTP struct {
	host    string
	from    stdmail.Address
	timeout time.Duration
	now     func() time.Time
	options []gomail.Option
}

// NewSMTP checks the settings; it does not connect.
func NewSMTP(c SMTPConfig) (*SMTP, error) {
	host, portText, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return nil, fmt.Errorf("mail: server address %q: %w", c.Addr, err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || port < 1 || port > 65535 || host == "" {
		return nil, fmt.Errorf("mail: server address %q: want host:port", c.Addr)
	}
	from, err := stdmail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("mail: sender %q: %w", c.From, err)
	}
	if c.Timeout <= 0 {
		c.Timeout = 20 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	options := []gomail.Option{gomail.WithPort(port)}
	switch c.TLS {
	case TLSOpportunistic, "":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	case TLSMandatory:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case TLSNone:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("mail: TLS %q: want %s, %s or %s", c.TLS, TLSOpportunistic, TLSMandatory, TLSNone)
	}
	if c.Username != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(c.Username), gomail.WithPassword(c.Password))
	}
	return &SMTP{host: host, from: *from, timeout: c.Timeout, now: c.Now, options: options}, nil
}

// Timeout is how long Send takes at most.
func (s *SMTP) Timeout() time.Duration { return s.timeout }

// Send delivers m to the mail server. It ends when ctx ends or the timeout is over, whichever is first; IsPermanent tells
// whether it makes sense to try again. The error names the Message-ID and never the recipient.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := s.message(m)
	if err != nil {
		return fmt.Errorf("mail: message %s: %w", m.MessageID, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	// go-mail heeds the context only while dialling, so the connection is closed under it when the context ends.
	dial := func(_ context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			context.AfterFunc(ctx, func() { _ = conn.Close() })
		}
		return conn, err
	}
	client, err := gomail.NewClient(s.host, append([]gomail.Option{
		gomail.WithTimeout(s.timeout), gomail.WithDialContextFunc(dial), gomail.WithoutRset(),
	}, s.options...)...)
	if err != nil {
		return fmt.Errorf("mail: message %s: set up client: %w", m.MessageID, err)
	}
	// A server that took the message and then breaks off has the message: sending it again would double it.
	if err := client.DialAndSendWithContext(ctx, msg); err != nil && !msg.IsDelivered() {
		return &sendError{id: m.MessageID, cause: err, ended: ctx.Err()}
	}
	return nil
}

func (s *SMTP) message(m Message) (*gomail.Msg, error) {
	if m.Subject != oneLine(m.Subject, len(m.Subject)+1) || m.MessageID == "" {
		return nil, errors.New("subject or Message-ID can't stand in a header")
	}
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP))
	msg.FromMailAddress(&s.from)
	msg.ToMailAddress(&m.To)
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.MessageID)
	msg.SetDateWithValue(s.now())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("Content-Language", m.Language)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

// sendError keeps the recipient's address, which servers like to repeat, out of the text.
type sendError struct {
	id    string
	cause error
	ended error
}

func (e *sendError) Error() string {
	if e.ended != nil {
		return fmt.Sprintf("mail: message %s: server did not take it in time: %v", e.id, e.ended)
	}
	var send *gomail.SendError
	if errors.As(e.cause, &send) {
		return fmt.Sprintf("mail: message %s: server refused it: %v, code %d %s", e.id, send.Reason, send.ErrorCode(),
			send.EnhancedStatusCode())
	}
	var netErr *net.OpError
	if errors.As(e.cause, &netErr) {
		return fmt.Sprintf("mail: message %s: %v", e.id, netErr)
	}
	return fmt.Sprintf("mail: message %s: connection to the server failed", e.id)
}

func (e *sendError) Unwrap() error { return e.cause }

// IsPermanent tells whether err is an answer that will be the same the next time: an address that is none, or a 5xx answer
// to this message.
func IsPermanent(err error) bool {
	if errors.Is(err, ErrAddress) {
		return true
	}
	var send *gomail.SendError
	return errors.As(err, &send) && !send.IsTemp() && send.ErrorCode() >= 500 && send.ErrorCode() < 600
}
