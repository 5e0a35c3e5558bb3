package mail_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"prportal.example/internal/mail"
)

// inbox is a mail server that keeps what it takes.
type inbox struct {
	mu          sync.Mutex
	raw         []string
	rcpts       []string
	refuse      *smtp.SMTPError
	connections int
	breakOff    bool          // after each message
	ended       chan struct{} // gets one for each connection that has ended
}

type inboxSession struct {
	*inbox
	conn *smtp.Conn
}

func (b *inbox) NewSession(c *smtp.Conn) (smtp.Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.connections++
	return &inboxSession{b, c}, nil
}

func (s *inboxSession) Reset() {}

func (s *inboxSession) Logout() error {
	select {
	case s.ended <- struct{}{}:
	default: // nobody waits for it
	}
	return nil
}

func (s *inboxSession) Mail(string, *smtp.MailOptions) error { return nil }

func (s *inboxSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return s.refuse
	}
	s.rcpts = append(s.rcpts, to)
	return nil
}

func (s *inboxSession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw = append(s.raw, string(b))
	if s.breakOff {
		time.AfterFunc(10*time.Millisecond, func() { _ = s.conn.Close() })
	}
	return err
}

func listen(t *testing.T, b *inbox) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smtp.NewServer(b)
	s.Domain = "inbox.example"
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return l.Addr().String()
}

func sender(t *testing.T, addr string, timeout time.Duration) *mail.SMTP {
	t.Helper()
	s, err := mail.NewSMTP(mail.SMTPConfig{
		Addr: addr, From: "Portail RP <noreply@pr.example>", Timeout: timeout,
		Now: func() time.Time { return time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSentMailArrivesWhole(t *testing.T) {
	b := &inbox{}
	send := sender(t, listen(t, b), 0)
	to := zoe
	to.Language = "fr"
	m, err := composer(t).Compose("row-7", to, letters()["returned-officer"])
	if err != nil {
		t.Fatal(err)
	}
	if err := send.Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	if len(b.raw) != 1 || len(b.rcpts) != 1 || b.rcpts[0] != "zoe@example.org" {
		t.Fatalf("%d messages to %v", len(b.raw), b.rcpts)
	}
	got, err := netmail.ReadMessage(strings.NewReader(b.raw[0]))
	if err != nil {
		t.Fatal(err)
	}
	dec := new(mime.WordDecoder)
	subject, err := dec.DecodeHeader(got.Header.Get("Subject"))
	if err != nil || subject != "Photo de Zoë Hélène Nguyễn-Œrsted : veuillez en envoyer une autre" {
		t.Errorf("subject %q %v", subject, err)
	}
	for name, want := range map[string]string{
		"Message-Id": "<row-7@pr.example>", "Auto-Submitted": "auto-generated", "Content-Language": "fr",
		"Date": "Sat, 01 Aug 2026 12:00:00 +0000",
	} {
		if v := got.Header.Get(name); v != want {
			t.Errorf("%s: %q", name, v)
		}
	}
	list, err := got.Header.AddressList("To")
	if err != nil || len(list) != 1 || list[0].Name != "Zoë Hélène Nguyễn-Œrsted" {
		t.Errorf("to %v %v", list, err)
	}
	text, html := bodies(t, got)
	if strings.ReplaceAll(text, "\r\n", "\n") != m.Text {
		t.Errorf("the text changed on the way:\n%s", text)
	}
	if strings.ReplaceAll(html, "\r\n", "\n") != m.HTML {
		t.Errorf("the HTML changed on the way:\n%s", html)
	}
}

func bodies(t *testing.T, m *netmail.Message) (text, html string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s %v", kind, err)
	}
	var parts []string
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil || !strings.Contains(strings.ToLower(p.Header.Get("Content-Type")), "charset=utf-8") {
			t.Fatalf("%v %v", p.Header, err)
		}
		parts = append(parts, string(body))
	}
	if len(parts) != 2 {
		t.Fatalf("%d parts", len(parts))
	}
	return parts[0], parts[1] // the plainest comes first: RFC 2046, 5.1.4
}

func TestHostileNamesAddNoHeader(t *testing.T) {
	b := &inbox{}
	send := sender(t, listen(t, b), 0)
	names := []string{"Eve\r\nBcc: all@example.org", "=?utf-8?q?Eve=0D=0ABcc:_all@example.org?=", `Eve" <all@example.org>, "x`,
		strings.Repeat("é", 3000), strings.Repeat("x", 3000)}
	for _, name := range names {
		m, err := composer(t).Compose("1", mail.Recipient{Email: "eve@example.org", GivenNames: name}, mail.PhotoAccepted{})
		if err != nil {
			t.Fatal(err)
		}
		if err := send.Send(context.Background(), m); err != nil {
			t.Fatal(err)
		}
	}
	for i, raw := range b.raw {
		got, err := netmail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		list, err := got.Header.AddressList("To")
		if got.Header.Get("Bcc") != "" || len(b.rcpts) != i+1 && len(b.rcpts) != len(names) || err != nil || len(list) != 1 ||
			list[0].Address != "eve@example.org" {
			t.Errorf("%q: %v %v", names[i], got.Header, err)
		}
		head, _, _ := strings.Cut(raw, "\r\n\r\n")
		for line := range strings.SplitSeq(head, "\r\n") {
			if len(line) > 998 {
				t.Errorf("%q made a header line of %d bytes", names[i][:20], len(line))
			}
		}
	}
	bad := mail.Message{To: netmail.Address{Address: "a@b.example"}, MessageID: "1@x", Subject: "a\r\nBcc: c@d.example"}
	if err := send.Send(context.Background(), bad); err == nil {
		t.Error("a subject of two lines was sent")
	}
}

func TestRefusalsAreToldApart(t *testing.T) {
	for _, tc := range []struct {
		code      int
		permanent bool
	}{{550, true}, {451, false}, {421, false}} {
		b := &inbox{refuse: &smtp.SMTPError{Code: tc.code, EnhancedCode: smtp.EnhancedCode{tc.code / 100, 1, 1},
			Message: "mailbox of zoe@example.org"}}
		m, err := composer(t).Compose("1", zoe, mail.PhotoAccepted{})
		if err != nil {
			t.Fatal(err)
		}
		err = sender(t, listen(t, b), 0).Send(context.Background(), m)
		if err == nil || mail.IsPermanent(err) != tc.permanent {
			t.Errorf("%d: %v, permanent %v", tc.code, err, mail.IsPermanent(err))
		}
		if err != nil && strings.Contains(err.Error(), "zoe") {
			t.Errorf("the error names the recipient: %v", err)
		}
	}
}

func TestAConnectionIsUsedAgain(t *testing.T) {
	b := &inbox{ended: make(chan struct{}, 10)}
	send := sender(t, listen(t, b), 0)
	m, err := composer(t).Compose("1", zoe, mail.PhotoAccepted{})
	if err != nil {
		t.Fatal(err)
	}
	count := func() (connections, messages int) {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.connections, len(b.raw)
	}
	for i := range 5 {
		b.mu.Lock()
		b.refuse = nil
		if i%2 == 1 {
			b.refuse = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no"}
		}
		b.mu.Unlock()
		if err := send.Send(context.Background(), m); (err != nil) != (i%2 == 1) {
			t.Fatal(err)
		}
	}
	if c, n := count(); c != 1 || n != 3 {
		t.Errorf("%d connections for %d messages and two refusals", c, n)
	}
	// One that the server has closed in the meantime is noticed, and nothing is lost or doubled.
	b.mu.Lock()
	b.refuse, b.breakOff = nil, true
	b.mu.Unlock()
	for range 2 {
		if err := send.Send(context.Background(), m); err != nil {
			t.Fatal(err)
		}
		<-b.ended
	}
	if c, n := count(); c != 2 || n != 5 {
		t.Errorf("%d connections for %d messages", c, n)
	}
}

func TestAServerThatIsSilentOrAwayIsGivenUp(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts, never greets
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	m, err := composer(t).Compose("1", zoe, mail.PhotoAccepted{})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := sender(t, silent.Addr().String(), 50*time.Millisecond).Send(context.Background(), m); err == nil ||
		mail.IsPermanent(err) {
		t.Errorf("silent server: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := sender(t, silent.Addr().String(), time.Minute).Send(ctx, m); err == nil || mail.IsPermanent(err) {
		t.Errorf("cancelled: %v", err)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("gave up after %v", d)
	}
	gone := silent.Addr().String()
	_ = silent.Close()
	if err := sender(t, gone, time.Second).Send(context.Background(), m); err == nil || mail.IsPermanent(err) {
		t.Errorf("no server: %v", err)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for name, c := range map[string]mail.SMTPConfig{
		"address": {Addr: "localhost", From: "a@b.example"}, "port": {Addr: "localhost:x", From: "a@b.example"},
		"sender": {Addr: "localhost:25", From: "nobody"}, "TLS": {Addr: "localhost:25", From: "a@b.example", TLS: "maybe"},
	} {
		if _, err := mail.NewSMTP(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
