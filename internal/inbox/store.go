// Package inbox takes mail by SMTP instead of sending it out into the world, keeps it as files and shows it on web pages: for
// one machine on which the system is tried, taught or developed.
package inbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "github.com/emersion/go-message/charset" // mail in any character set
	"github.com/emersion/go-message/mail"
	"github.com/google/uuid"
)

// Config says where messages are kept.
type Config struct {
	Dir    string // its own folder, made if needed; one file a message
	Now    func() time.Time
	Logger *slog.Logger
}

// Inbox keeps what came in. It is safe for use by many goroutines.
type Inbox struct {
	config Config
}

// ErrNotFound means that there is no such message.
var ErrNotFound = errors.New("no such message")

const (
	suffix = ".eml"
	// deliveredTo is the envelope's recipient, put before the message's own header: Bcc has none there.
	deliveredTo = "Delivered-To"
)

// Open makes the folder if needed; messages of earlier runs are there again.
func Open(c Config) (*Inbox, error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	return &Inbox{config: c}, nil
}

// Message is one mail, as the JSON API shows it. Times are RFC 3339; a part that the mail does not have is empty.
type Message struct {
	ID        string    `json:"id"`
	Received  time.Time `json:"received"`
	From      string    `json:"from"`
	To        []string  `json:"to"` // whom it was delivered to
	Subject   string    `json:"subject"`
	MessageID string    `json:"message_id"`
	Language  string    `json:"language"`
	Text      string    `json:"text"`
	HTML      string    `json:"html"`
}

// keep stores a message on the disk before it is acknowledged. Its name sorts by time.
func (b *Inbox) keep(recipients []string, body []byte) error {
	var file bytes.Buffer
	for _, to := range recipients {
		fmt.Fprintf(&file, "%s: <%s>\r\n", deliveredTo, to)
	}
	file.Write(body)
	id := fmt.Sprintf("%d-%s", b.config.Now().UnixMilli(), uuid.NewString()[:8])
	half, err := os.CreateTemp(b.config.Dir, ".new-*")
	if err != nil {
		return err
	}
	_, err = half.Write(file.Bytes())
	err = errors.Join(err, half.Sync(), half.Close())
	if err == nil {
		err = os.Rename(half.Name(), filepath.Join(b.config.Dir, id+suffix))
	}
	if err != nil {
		return errors.Join(err, os.Remove(half.Name()))
	}
	return nil
}

// List gives all messages, the newest first.
func (b *Inbox) List() ([]Message, error) {
	files, err := filepath.Glob(filepath.Join(b.config.Dir, "*"+suffix))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	slices.Reverse(files)
	messages := make([]Message, 0, len(files))
	for _, path := range files {
		m, err := b.Get(strings.TrimSuffix(filepath.Base(path), suffix))
		if err != nil {
			return nil, err
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// Get reads one message. An id that is not one of ours is ErrNotFound, whatever it looks like.
func (b *Inbox) Get(id string) (Message, error) {
	name := id + suffix
	if id == "" || strings.HasPrefix(id, ".") || filepath.Base(name) != name {
		return Message{}, ErrNotFound
	}
	file, err := os.Open(filepath.Join(b.config.Dir, name))
	if errors.Is(err, os.ErrNotExist) {
		return Message{}, ErrNotFound
	}
	if err != nil {
		return Message{}, err
	}
	defer file.Close()
	m, err := read(file)
	if err != nil {
		// What cannot be read as a mail is still shown, as it is.
		raw, readErr := os.ReadFile(file.Name())
		if readErr != nil {
			return Message{}, readErr
		}
		m = Message{Subject: "(not readable as a mail)", Text: strings.ToValidUTF8(string(raw), "\uFFFD")}
	}
	m.ID = id
	if m.To == nil {
		m.To = []string{}
	}
	var milliseconds int64
	if _, err := fmt.Sscanf(id, "%d-", &milliseconds); err == nil {
		m.Received = time.UnixMilli(milliseconds).UTC()
	}
	return m, nil
}

func read(r io.Reader) (Message, error) {
	parts, err := mail.CreateReader(r)
	if err != nil {
		return Message{}, err
	}
	defer parts.Close()
	var m Message
	if m.Subject, err = parts.Header.Subject(); err != nil {
		return Message{}, err
	}
	if m.MessageID, err = parts.Header.MessageID(); err != nil {
		m.MessageID = parts.Header.Get("Message-Id") // not as it should be, shown all the same
	}
	m.From, err = parts.Header.Text("From")
	if err != nil {
		return Message{}, err
	}
	m.Language = parts.Header.Get("Content-Language")
	for field := parts.Header.FieldsByKey(deliveredTo); field.Next(); {
		m.To = append(m.To, strings.Trim(field.Value(), "<>"))
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return Message{}, err
		}
		header, ok := part.Header.(*mail.InlineHeader)
		if !ok {
			continue // an attachment
		}
		kind, _, err := header.ContentType()
		if err != nil {
			return Message{}, err
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			return Message{}, err
		}
		switch kind {
		case "text/plain":
			m.Text += strings.ReplaceAll(string(body), "\r\n", "\n")
		case "text/html":
			m.HTML += string(body)
		}
	}
}
