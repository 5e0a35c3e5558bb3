package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	stdmail "net/mail"
	"net/textproto"
	"regexp"
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

// SMTP hands messages to a mail server. A connection that has just been used is used again: with many e-mails that saves most of
// the time. It is safe for concurrent use; each message that is on its way has a connection of its own.
type SMTP struct {
	host    string
	from    stdmail.Address
	timeout time.Duration
	now     func() time.Time
	options []gomail.Option
	idle    idleConnections
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
		c.Timeout = defaultTimeout
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

// Close closes the connections that wait for another message.
func (s *SMTP) Close() error {
	for c := s.idle.take(); c != nil; c = s.idle.take() {
		c.goodbye()
	}
	return nil
}

// Ready tells whether the server lets us in: whoever has to make a secret for an e-mail asks first. Its error is ErrUnavailable.
func (s *SMTP) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	c, _, err := s.connect(ctx)
	if err != nil {
		return &SendError{Stage: "reach the server", Code: codeOf(err), cause: unavailable(err)}
	}
	s.idle.keep(c)
	return nil
}

// Timeout is how long Send takes at most.
func (s *SMTP) Timeout() time.Duration { return s.timeout }

// Send delivers m to the mail server. It ends when ctx ends or the timeout is over, whichever is first. Its error is a *SendError:
// see there, IsPermanent and ErrUnavailable.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := s.message(m)
	if err != nil {
		return fmt.Errorf("mail: message %s: %w", m.MessageID, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	for {
		c, used, err := s.connect(ctx)
		if err != nil {
			return &SendError{MessageID: m.MessageID, Stage: "reach the server", Code: codeOf(err), cause: unavailable(err)}
		}
		stage, err := c.send(ctx, s.from.Address, m.To.Address, msg)
		if err == nil {
			s.idle.keep(c)
			return nil
		}
		var answer *textproto.Error
		answered := errors.As(err, &answer)
		if answered && answer.Code != closing && c.reset(ctx) == nil {
			s.idle.keep(c)
		} else {
			c.close()
		}
		if used && !answered && stage == stageSender && ctx.Err() == nil {
			continue // the server had closed the connection in the meantime; nothing was sent on it yet
		}
		return failure(m.MessageID, stage, err)
	}
}

// failure says what an answer means. One to the sender's name is about us, as is one to the connection.
func failure(id string, stage stage, err error) *SendError {
	e := &SendError{MessageID: id, Stage: string(stage), Code: codeOf(err), cause: err}
	var answer *textproto.Error
	switch {
	case stage == stageSender:
		e.cause = unavailable(err)
	case errors.As(err, &answer):
		e.Recipient = answer.Code != closing
		e.Permanent = answer.Code >= 500 && answer.Code < 600
	}
	return e
}

func unavailable(err error) error { return fmt.Errorf("%w: %w", ErrUnavailable, err) }

const closing = 421 // the server is about to go

var enhanced = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// codeOf is the code of a server's answer, the more telling one if there are two; "" where it did not answer.
func codeOf(err error) string {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		return ""
	}
	if code := enhanced.FindString(answer.Msg); code != "" {
		return code
	}
	return strconv.Itoa(answer.Code)
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
