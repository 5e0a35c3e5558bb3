package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

const french = "From: \"Photos\" <photos@portal.example>\r\nTo: <a@people.example>\r\nSubject: =?utf-8?q?Votre_photo_vous_est_retourn=C3=A9e?=\r\n" +
	"Message-ID: <row-17@portal.example>\r\nContent-Language: fr\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/alternative; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
	"Trop sombre=C2=A0: https://photos.example/photo?a=3D1&b=3D2.\r\n<b>\r\n" +
	"--b\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<p>Trop sombre \xe9</p><script>alert(1)</script>\r\n--b--\r\n"

type house struct {
	*testing.T
	inbox *Inbox
	smtp  string
	web   *httptest.Server
	stop  func()
}

func start(t *testing.T, dir string) house {
	t.Helper()
	inbox, err := Open(Config{Dir: dir, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	handler, err := inbox.Handler()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- inbox.ServeSMTP(ctx, listener) }()
	web := httptest.NewServer(handler)
	var stopped bool
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		web.Close()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("stop: %v", err)
		}
	}
	t.Cleanup(stop)
	return house{t, inbox, listener.Addr().String(), web, stop}
}

func (h house) send(body string, to ...string) {
	h.Helper()
	if err := smtp.SendMail(h.smtp, nil, "photos@portal.example", to, []byte(body)); err != nil {
		h.Fatal(err)
	}
}

func (h house) get(path string) (int, string, http.Header) {
	h.Helper()
	response, err := http.Get(h.web.URL + path)
	if err != nil {
		h.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		h.Fatal(err)
	}
	return response.StatusCode, string(body), response.Header
}

func (h house) messages(query string) []Message {
	h.Helper()
	_, body, _ := h.get("/api/messages" + query)
	var list []Message
	if err := json.Unmarshal([]byte(body), &list); err != nil || list == nil {
		h.Fatalf("%v: %s", err, body)
	}
	return list
}

func TestMailIsKeptAndShown(t *testing.T) {
	dir := t.TempDir()
	h := start(t, dir)
	if got := h.messages(""); len(got) != 0 {
		t.Errorf("a new inbox holds %v", got)
	}
	h.send(french, "a@people.example")
	h.send("Subject: Hello\r\n\r\nplain", "b@people.example", "c@people.example")

	list := h.messages("?to=a@people.example")
	if len(list) != 1 {
		t.Fatalf("for one person there are %d messages", len(list))
	}
	m := list[0]
	if m.Subject != "Votre photo vous est retournée" || m.MessageID != "row-17@portal.example" || m.Language != "fr" ||
		m.To[0] != "a@people.example" || !strings.Contains(m.From, "photos@portal.example") ||
		!strings.Contains(m.Text, "Trop sombre\u00a0: https://photos.example/photo?a=1&b=2.") ||
		!strings.Contains(m.HTML, "Trop sombre é") || time.Since(m.Received) > time.Minute {
		t.Errorf("read as %+v", m)
	}
	if all := h.messages(""); len(all) != 2 || len(h.messages("?to=c@people.example")) != 1 {
		t.Errorf("all: %+v", all)
	}
	h.stop()
	again := start(t, dir)
	if kept := again.messages(""); len(kept) != 2 {
		t.Errorf("after a restart %d of 2 messages are there", len(kept))
	}
}

func TestBouncingCanBeTried(t *testing.T) {
	h := start(t, t.TempDir())
	for to, refused := range map[string]bool{"zoe@bounce.example": true, "zoe@BOUNCE.people.example": true, "bounce.zoe@people.example": false,
		"zoe@bouncer.example": false} {
		err := smtp.SendMail(h.smtp, nil, "photos@portal.example", []string{to}, []byte(french))
		var answer *textproto.Error
		if refused != (errors.As(err, &answer) && answer.Code == 550 && strings.HasPrefix(answer.Msg, "5.1.1 ")) || (!refused && err != nil) {
			t.Errorf("%s: %v", to, err)
		}
	}
	if list := h.messages(""); len(list) != 2 {
		t.Errorf("%d messages are kept, want 2", len(list))
	}
}

func TestPagesRunNothingOfTheMail(t *testing.T) {
	h := start(t, t.TempDir())
	h.send(french, "a@people.example")
	id := h.messages("")[0].ID
	_, list, header := h.get("/")
	if !strings.Contains(list, "Votre photo vous est retournée") || !strings.Contains(list, `href="/message/`+id) {
		t.Errorf("list: %s", list)
	}
	if policy := header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") ||
		strings.Contains(policy, "unsafe") {
		t.Errorf("policy of our pages: %s", policy)
	}
	_, page, _ := h.get("/message/" + id)
	if strings.Contains(page, "<script") || strings.Contains(page, "<b>") || !strings.Contains(page, "sandbox=") {
		t.Errorf("the mail is part of our page: %s", page)
	}
	if want := `<a href="https://photos.example/photo?a=1&amp;b=2" rel="noreferrer">`; !strings.Contains(page, want) {
		t.Errorf("no link %s in %s", want, page)
	}
	_, framed, header := h.get("/message/" + id + "/html")
	policy := header.Get("Content-Security-Policy")
	if !strings.Contains(framed, "Trop sombre é") || !strings.HasPrefix(policy, "sandbox ") ||
		strings.Contains(policy, "allow-scripts") || strings.Contains(policy, "allow-same-origin") {
		t.Errorf("framed under %q: %s", policy, framed)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	h := start(t, t.TempDir())
	for _, path := range []string{"/message/17", "/message/..%2f..%2fetc%2fpasswd", "/message/.new-1", "/message/17/html", "/other"} {
		if status, _, _ := h.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestWhatIsNoMailIsShownAsItIs(t *testing.T) {
	h := start(t, t.TempDir())
	h.send("Subject: odd\r\nContent-Type: multipart/mixed\r\n\r\nno boundary", "a@people.example")
	h.send("no header at all", "a@people.example")
	if list := h.messages(""); len(list) != 2 {
		t.Errorf("%+v", list)
	}
	if status, _, _ := h.get("/"); status != http.StatusOK {
		t.Errorf("list: %d", status)
	}
}

func TestLinksOfAMailOpenOutsideItsFrame(t *testing.T) {
	for mail, want := range map[string]string{
		"<!DOCTYPE html>\n<html><head>\n<title>a</title></head></html>": "<!DOCTYPE html>\n<html><head>" + newWindows + "\n<title>a</title></head></html>",
		"<p>a</p>": "<!doctype html>" + newWindows + "<p>a</p>",
	} {
		if got := inNewWindows(mail); got != want {
			t.Errorf("%q", got)
		}
	}
}
