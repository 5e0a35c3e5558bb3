package bounce

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
)

// MaxReport is how much of a notification is read, in bytes; what returns the whole e-mail is not longer than that.
const MaxReport = 1 << 20

// maxParts and maxRecipients bound what a notification is taken apart into.
const (
	maxParts      = 10
	maxRecipients = 50
)

// ErrNoBounce means that a message tells of no e-mail of ours that failed for good: it is something else, or tells of a delay.
var ErrNoBounce = errors.New("not a report of a failed delivery")

// ReadReport reads a delivery status notification (RFC 3464), as mail servers send it to the sender of what they could not
// deliver, and finds out which e-mail it is about: by the envelope's id, or by the Message-ID of what comes back with it. Domain is
// what our Message-IDs end with. It fails with ErrNoBounce.
func ReadReport(r io.Reader, domain string) (Bounce, error) {
	message, err := mail.ReadMessage(bufio.NewReader(io.LimitReader(r, MaxReport)))
	if err != nil {
		return Bounce{}, fmt.Errorf("%w: %w", ErrNoBounce, err)
	}
	kind, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") ||
		params["boundary"] == "" {
		return Bounce{}, ErrNoBounce
	}
	b := Bounce{How: ByReport}
	var original string
	parts := multipart.NewReader(message.Body, params["boundary"])
	for range maxParts {
		part, err := parts.NextRawPart()
		if err != nil {
			break // the end, or what was cut off: what has been read may do
		}
		kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil {
			continue
		}
		switch kind {
		case "message/delivery-status", "message/global-delivery-status":
			b.Code, b.RowID = readStatus(decoded(part), domain)
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
			original = readOriginal(decoded(part), domain)
		}
	}
	if b.RowID == "" {
		b.RowID = original
	}
	if b.Code == "" || b.RowID == "" {
		return Bounce{}, ErrNoBounce
	}
	return b, nil
}

// decoded is the body of a part as it was before it was made fit for mail.
func decoded(part *multipart.Part) io.Reader {
	switch strings.ToLower(part.Header.Get("Content-Transfer-Encoding")) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, part)
	case "quoted-printable":
		return quotedprintable.NewReader(part)
	}
	return part
}

var (
	failedStatus = regexp.MustCompile(`^5\.\d{1,3}\.\d{1,3}\b`)
	gaveUpStatus = regexp.MustCompile(`^4\.\d{1,3}\.\d{1,3}\b`)
)

// readStatus reads the groups of fields of a report: one for the message, then one for each recipient. Code is empty unless a
// recipient failed for good, be it after many tries.
func readStatus(r io.Reader, domain string) (code, rowID string) {
	fields := textproto.NewReader(bufio.NewReader(r))
	for group := range maxRecipients {
		header, err := fields.ReadMIMEHeader()
		if group == 0 {
			rowID = rowOf(strings.TrimSpace(header.Get("Original-Envelope-Id")), domain)
		}
		if action, _, _ := strings.Cut(header.Get("Action"), " "); strings.EqualFold(action, "failed") && code == "" {
			status := strings.TrimSpace(header.Get("Status"))
			if code = failedStatus.FindString(status); code == "" {
				if code = gaveUpStatus.FindString(status); code == "" {
					code = "failed"
				}
			}
		}
		if err != nil {
			break
		}
	}
	return code, rowID
}

// readOriginal finds the Message-ID of what came back.
func readOriginal(r io.Reader, domain string) string {
	text, err := io.ReadAll(r)
	if err != nil && len(text) == 0 {
		return ""
	}
	// Headers alone may lack the empty line that ends them.
	message, err := mail.ReadMessage(io.MultiReader(bytes.NewReader(text), strings.NewReader("\r\n\r\n")))
	if err != nil {
		return ""
	}
	return rowOf(message.Header.Get("Message-Id"), domain)
}

var rowID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// rowOf takes the outbox row out of a Message-ID of ours, "" if it is none.
func rowOf(id, domain string) string {
	id = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(id), "<"), ">")
	row, at, found := strings.Cut(id, "@")
	if !found || !strings.EqualFold(at, domain) || !rowID.MatchString(row) {
		return ""
	}
	return row
}
