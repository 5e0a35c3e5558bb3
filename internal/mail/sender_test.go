package mail_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	inboxes "prportal.example/internal/inbox"
	"prportal.example/internal/mail"
)

// post is a mail service as a sender's contract sees it: what it has taken, and how to stop it.
type post struct {
	send  func(context.Context, mail.Message) error
	ready func(context.Context) error
	taken func() []received
	stop  func()
}

type received struct{ to, subject, body, reference string }

// TestSendersKeepOneContract: what goes for SMTP goes for GC Notify.
func TestSendersKeepOneContract(t *testing.T) {
	for name, open := range map[string]func(*testing.T) post{"SMTP": openSMTP, "Notify": openNotify} {
		t.Run(name, func(t *testing.T) {
			t.Run("takes every letter", func(t *testing.T) { takesEveryLetter(t, open(t)) })
			t.Run("tells bounces", func(t *testing.T) { tellsBounces(t, open(t)) })
			t.Run("tells that nobody is there", func(t *testing.T) { tellsThatNobodyIsThere(t, open(t)) })
			t.Run("heeds the context", func(t *testing.T) { heedsTheContext(t, open(t)) })
			t.Run("sends side by side", func(t *testing.T) { sendsSideBySide(t, open(t)) })
		})
	}
}

func compose(t *testing.T, row, address, lang string, letter mail.Letter) mail.Message {
	t.Helper()
	m, err := composer(t).Compose(row, mail.Recipient{Email: address, GivenNames: "Zoë", FamilyName: "Łęcka", Language: lang}, letter)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func takesEveryLetter(t *testing.T, p post) {
	want := map[string]mail.Message{}
	for name, letter := range letters() {
		for _, lang := range []string{"en", "fr"} {
			m := compose(t, name+"-"+lang, "zoe@people.example", lang, letter)
			if err := p.send(t.Context(), m); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			want[m.Reference] = m
		}
	}
	taken := p.taken()
	if len(taken) != len(want) {
		t.Errorf("%d of %d messages came", len(taken), len(want))
	}
	for _, got := range taken {
		m := want[got.reference]
		if got.to != "zoe@people.example" || got.subject != m.Subject || (got.body != m.Text && got.body != m.Markdown) {
			t.Errorf("%s: came as %+v", got.reference, got)
		}
	}
}

func tellsBounces(t *testing.T, p post) {
	for range 2 { // the second one on the same connection
		err := p.send(t.Context(), compose(t, "1", "zoe@bounce.example", "en", mail.CardHeld{}))
		if !mail.IsPermanent(err) || mail.BounceCode(err) == "" || errors.Is(err, mail.ErrUnavailable) {
			t.Errorf("a refused recipient: %v, permanent %v, code %q", err, mail.IsPermanent(err), mail.BounceCode(err))
		}
		if err != nil && strings.Contains(err.Error(), "zoe") {
			t.Errorf("the error names the recipient: %v", err)
		}
	}
	if err := p.send(t.Context(), compose(t, "2", "ana@people.example", "en", mail.CardHeld{})); err != nil || len(p.taken()) != 1 {
		t.Errorf("the next one: %v, %d taken", err, len(p.taken()))
	}
}

func tellsThatNobodyIsThere(t *testing.T, p post) {
	m := compose(t, "1", "zoe@people.example", "en", mail.CardHeld{})
	if err := errors.Join(p.ready(t.Context()), p.send(t.Context(), m), p.ready(t.Context())); err != nil {
		t.Fatal(err)
	}
	p.stop()
	err := p.send(t.Context(), m)
	if !errors.Is(err, mail.ErrUnavailable) || mail.IsPermanent(err) || mail.BounceCode(err) != "" {
		t.Errorf("a server that is away: %v", err)
	}
	if err := p.ready(t.Context()); !errors.Is(err, mail.ErrUnavailable) {
		t.Errorf("ready: %v", err)
	}
}

func heedsTheContext(t *testing.T, p post) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.send(ctx, compose(t, "1", "zoe@people.example", "en", mail.CardHeld{})); err == nil || mail.IsPermanent(err) {
		t.Errorf("told to stop: %v", err)
	}
}

func sendsSideBySide(t *testing.T, p post) {
	const n = 40
	var all sync.WaitGroup
	for i := range n {
		m := compose(t, fmt.Sprint(i), "zoe@people.example", "en", mail.CardHeld{})
		all.Go(func() {
			if err := p.send(context.Background(), m); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	references := map[string]bool{}
	for _, got := range p.taken() {
		references[got.reference] = true
	}
	if len(references) != n {
		t.Errorf("%d of %d messages came", len(references), n)
	}
}

// openSMTP sends to the inbox of standalone.
func openSMTP(t *testing.T) post {
	box, err := inboxes.Open(inboxes.Config{Dir: t.TempDir(), Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- box.ServeSMTP(ctx, l) }()
	send := sender(t, l.Addr().String(), 5*time.Second)
	stop := sync.OnceFunc(func() {
		if err := send.Close(); err != nil {
			t.Error(err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return post{send: send.Send, ready: send.Ready, stop: stop, taken: func() []received {
		list, err := box.List()
		if err != nil {
			t.Fatal(err)
		}
		var all []received
		for _, m := range list {
			reference, _, _ := strings.Cut(m.MessageID, "@")
			all = append(all, received{to: strings.Join(m.To, ","), subject: m.Subject, body: m.Text, reference: reference})
		}
		return all
	}}
}

const (
	notifyKey = "portal-0198c1de-7f00-7000-8000-00000000000a-0198c1de-7f00-7000-8000-00000000000b"
	englishID = "0198c1de-7f00-7000-8000-000000000001"
	frenchID  = "0198c1de-7f00-7000-8000-000000000002"
)

// notifyServer answers as the documentation of GC Notify says: it checks the key and the request, and knows two templates.
type notifyServer struct {
	mu     sync.Mutex
	taken  []received
	answer atomic.Int64 // if not 0, every request is answered with that status
}

func (s *notifyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fail := func(status int, kind, words string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"status_code": status, "errors": []map[string]string{{"error": kind, "message": words}}})
	}
	if status := int(s.answer.Load()); status != 0 {
		fail(status, "BadRequestError", "zoe@people.example")
		return
	}
	if r.Method != http.MethodPost || r.URL.Path != "/v2/notifications/email" {
		fail(http.StatusNotFound, "NoResultFound", "No result found")
		return
	}
	if r.Header.Get("Authorization") != "ApiKey-v1 "+notifyKey {
		fail(http.StatusForbidden, "AuthError", "Invalid token: API key not found")
		return
	}
	var request struct {
		Address         string            `json:"email_address"`
		Template        string            `json:"template_id"`
		Personalisation map[string]string `json:"personalisation"`
		Reference       string            `json:"reference"`
	}
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	_, notUUID := uuid.Parse(request.Template)
	switch err := decoder.Decode(&request); {
	case err != nil || r.Header.Get("Content-Type") != "application/json":
		fail(http.StatusBadRequest, "ValidationError", fmt.Sprint(err))
	case !strings.Contains(request.Address, "@") || strings.Contains(request.Address, "@bounce."):
		fail(http.StatusBadRequest, "ValidationError", "email_address Not a valid email address")
	case notUUID == nil && !slices.Contains([]string{englishID, frenchID}, request.Template):
		fail(http.StatusBadRequest, "BadRequestError", "Template not found")
	case request.Personalisation["subject"] == "" || request.Personalisation["body"] == "":
		fail(http.StatusBadRequest, "BadRequestError", "Missing personalisation")
	default:
		lang := map[string]string{englishID: "lang=en", frenchID: "lang=fr"}[request.Template]
		if body := request.Personalisation["body"]; strings.Contains(body, "?lang=") && !strings.Contains(body, lang) {
			fail(http.StatusBadRequest, "ValidationError", "the template is of another language")
			return
		}
		s.mu.Lock()
		s.taken = append(s.taken, received{request.Address, request.Personalisation["subject"], request.Personalisation["body"],
			request.Reference})
		s.mu.Unlock()
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]any{"id": uuid.NewString(), "reference": request.Reference})
	}
}

func openNotify(t *testing.T) post {
	p, _ := openNotifyServer(t)
	return p
}

func openNotifyServer(t *testing.T) (post, *notifyServer) {
	t.Helper()
	s := &notifyServer{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	send, err := mail.NewNotify(mail.NotifyConfig{URL: server.URL + "/", Key: notifyKey,
		Templates: map[string]string{"en": englishID, "fr": frenchID}})
	if err != nil {
		t.Fatal(err)
	}
	return post{send: send.Send, ready: send.Ready, stop: server.Close, taken: func() []received {
		s.mu.Lock()
		defer s.mu.Unlock()
		return slices.Clone(s.taken)
	}}, s
}

func TestAnswersOfNotifyAreToldApart(t *testing.T) {
	p, server := openNotifyServer(t)
	m := compose(t, "1", "zoe@people.example", "en", mail.CardHeld{})
	for status, want := range map[int]struct{ permanent, unavailable bool }{
		http.StatusBadRequest:            {false, false}, // about the service: can be put right
		http.StatusForbidden:             {false, true},
		http.StatusTooManyRequests:       {false, true},
		http.StatusRequestEntityTooLarge: {true, false},
		http.StatusInternalServerError:   {false, false},
		http.StatusServiceUnavailable:    {false, true},
		http.StatusFound:                 {true, false},
	} {
		server.answer.Store(int64(status))
		err := p.send(t.Context(), m)
		if err == nil || mail.IsPermanent(err) != want.permanent || errors.Is(err, mail.ErrUnavailable) != want.unavailable ||
			mail.BounceCode(err) != "" {
			t.Errorf("%d: %v, permanent %v, bounce %q", status, err, mail.IsPermanent(err), mail.BounceCode(err))
		}
		if err != nil && (strings.Contains(err.Error(), "zoe") || strings.Contains(err.Error(), notifyKey)) {
			t.Errorf("%d: the error tells too much: %v", status, err)
		}
	}
}

func TestNotifyIsLeftAloneForAWhile(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }))
	defer server.Close()
	now := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	send, err := mail.NewNotify(mail.NotifyConfig{URL: server.URL, Key: "k", Templates: map[string]string{"en": "1", "fr": "2"},
		Now: func() time.Time { return now }})
	if err != nil || send.Ready(t.Context()) != nil {
		t.Fatal(err)
	}
	if err := send.Send(t.Context(), compose(t, "1", "zoe@people.example", "en", mail.CardHeld{})); !errors.Is(err, mail.ErrUnavailable) {
		t.Errorf("%v", err)
	}
	now = now.Add(59 * time.Second)
	if err := send.Ready(t.Context()); !errors.Is(err, mail.ErrUnavailable) {
		t.Errorf("within the minute: %v", err)
	}
	now = now.Add(time.Second)
	if err := send.Ready(t.Context()); err != nil {
		t.Errorf("after it: %v", err)
	}
}

func TestSettingsOfNotifyAreChecked(t *testing.T) {
	good := mail.NotifyConfig{URL: "https://api.notify.example", Key: "k", Templates: map[string]string{"en": "1", "fr": "2"}}
	for name, change := range map[string]func(*mail.NotifyConfig){
		"address": func(c *mail.NotifyConfig) { c.URL = "api.notify.example" }, "key": func(c *mail.NotifyConfig) { c.Key = "" },
		"template": func(c *mail.NotifyConfig) { c.Templates = map[string]string{"en": "1"} },
	} {
		c := good
		change(&c)
		if _, err := mail.NewNotify(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := mail.NewNotify(good); err != nil {
		t.Error(err)
	}
}
