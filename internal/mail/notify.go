package mail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// NotifyConfig says how GC Notify takes the mail: its HTTP API, version 2. Everything but Timeout and Now is required.
type NotifyConfig struct {
	URL string // of the API, such as https://api.notification.canada.ca
	Key string
	// Templates are the ids of one template for each language ("en", "fr"), whose subject is ((subject)) and whose body is ((body)).
	Templates map[string]string
	Timeout   time.Duration    // for one message; 0 means 20 s
	Now       func() time.Time // nil means time.Now
}

// Notify hands messages to GC Notify, which sends them on, and tells later what became of them. It is safe for concurrent use.
type Notify struct {
	address   string
	key       string
	templates map[string]string
	timeout   time.Duration
	now       func() time.Time
	client    *http.Client
	pause     atomic.Int64 // until then nothing is asked, in milliseconds since 1970
}

// NewNotify checks the settings; it does not connect.
func NewNotify(c NotifyConfig) (*Notify, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("mail: address of GC Notify %q: want one such as https://api.notification.canada.ca", c.URL)
	}
	if c.Key == "" {
		return nil, errors.New("mail: GC Notify needs an API key")
	}
	for _, lang := range []string{english.lang, french.lang} {
		if c.Templates[lang] == "" {
			return nil, fmt.Errorf("mail: GC Notify needs a template for language %q", lang)
		}
	}
	if c.Timeout <= 0 {
		c.Timeout = defaultTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	// A redirect would carry the key elsewhere.
	client := &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Notify{address: strings.TrimRight(c.URL, "/") + "/v2/notifications/email", key: c.Key, templates: c.Templates,
		timeout: c.Timeout, now: c.Now, client: client}, nil
}

// Timeout is how long Send takes at most.
func (n *Notify) Timeout() time.Duration { return n.timeout }

// notifyPause is how long nobody is bothered after an answer that was about all of us: limits are counted by the minute.
const notifyPause = time.Minute

// Ready tells whether it makes sense to hand something over: whoever has to make a secret for an e-mail asks first. Its error is
// ErrUnavailable.
func (n *Notify) Ready(context.Context) error {
	if n.now().UnixMilli() < n.pause.Load() {
		return &SendError{Stage: "wait for GC Notify", cause: ErrUnavailable}
	}
	return nil
}

type notifyRequest struct {
	Address         string            `json:"email_address"`
	Template        string            `json:"template_id"`
	Personalisation map[string]string `json:"personalisation"`
	Reference       string            `json:"reference"` // comes back with the delivery receipt
}

// Send hands m to GC Notify. Its error is a *SendError: see there, IsPermanent and ErrUnavailable.
func (n *Notify) Send(ctx context.Context, m Message) error {
	err := n.send(ctx, m)
	if errors.Is(err, ErrUnavailable) {
		n.pause.Store(n.now().Add(notifyPause).UnixMilli())
	}
	return err
}

func (n *Notify) send(ctx context.Context, m Message) error {
	body, err := json.Marshal(notifyRequest{Address: m.To.Address, Template: n.templates[m.Language], Reference: m.Reference,
		Personalisation: map[string]string{"subject": m.Subject, "body": m.Markdown}})
	if err != nil {
		return fmt.Errorf("mail: message %s: %w", m.MessageID, err)
	}
	ctx, cancel := context.WithTimeout(ctx, n.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("mail: message %s: %w", m.MessageID, err)
	}
	request.Header.Set("Authorization", "ApiKey-v1 "+n.key)
	request.Header.Set("Content-Type", "application/json")
	answer, err := n.client.Do(request)
	if err != nil {
		return &SendError{MessageID: m.MessageID, Stage: "reach GC Notify", cause: unavailable(err)}
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxNotifyAnswer))
	if answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return nil // taken, even where its words were cut off
	}
	if err != nil {
		text = nil
	}
	return refused(m.MessageID, answer.StatusCode, text)
}

const (
	defaultTimeout  = 20 * time.Second
	maxNotifyAnswer = 64 << 10
)

// refused says what an answer means. A wrong key, a clock that is off, too many requests and a service that is down are no fault of
// the message; what fails validation fails always.
func refused(id string, status int, body []byte) *SendError {
	e := &SendError{MessageID: id, Stage: "hand over to GC Notify", Code: fmt.Sprintf("http-%d", status),
		cause: errors.New(http.StatusText(status))}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusTooManyRequests, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		e.cause = unavailable(e.cause)
	case http.StatusBadRequest:
		kind, words := notifyError(body)
		// Any other kind is about the service or its templates: it can be put right there.
		e.Permanent = kind != "BadRequestError"
		e.Recipient = kind == "ValidationError" && strings.Contains(words, "email_address")
	default:
		e.Permanent = status < 500 && status != http.StatusRequestTimeout
	}
	return e
}

// notifyError reads the first error of an answer: a list of them, or an object with one.
func notifyError(body []byte) (kind, words string) {
	type fault struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	var list []fault
	if json.Unmarshal(body, &list) != nil {
		var object struct {
			Errors []fault `json:"errors"`
		}
		_ = json.Unmarshal(body, &object) // what can't be read says nothing
		list = object.Errors
	}
	if len(list) == 0 {
		return "", ""
	}
	return list[0].Error, list[0].Message
}
