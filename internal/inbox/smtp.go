package inbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	maxMessageBytes = 10 << 20
	maxRecipients   = 50
)

// ServeSMTP takes mail on listener for anybody, without asking who sends it, until ctx ends. A message is acknowledged when it
// is on the disk. It closes listener.
func (b *Inbox) ServeSMTP(ctx context.Context, listener net.Listener) error {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{inbox: b}, nil }))
	server.Domain = "localhost"
	server.MaxMessageBytes = maxMessageBytes
	server.MaxRecipients = maxRecipients
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	server.EnableSMTPUTF8 = true
	server.ErrorLog = slog.NewLogLogger(b.config.Logger.Handler(), slog.LevelDebug)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("inbox on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
		return fmt.Errorf("stop the inbox on %s: %w", listener.Addr(), errors.Join(err, server.Close()))
	}
	return nil
}

// session is one connection's message in the making.
type session struct {
	inbox      *Inbox
	recipients []string
}

func (s *session) Reset()                               { s.recipients = nil }
func (s *session) Logout() error                        { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if bounces(to) {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	s.recipients = append(s.recipients, to)
	return nil
}

// bounces tells whether mail to the address is refused: any at a domain that starts with "bounce.", so that it can be tried.
func bounces(to string) bool {
	_, domain, _ := strings.Cut(to, "@")
	return strings.HasPrefix(strings.ToLower(domain), "bounce.")
}

func (s *session) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.inbox.keep(s.recipients, body); err != nil {
		s.inbox.config.Logger.Error("mail not kept", "error", err)
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "cannot store the message now"}
	}
	return nil
}
