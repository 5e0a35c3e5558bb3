package mail

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
)

// ErrUnavailable says that a mail server takes nothing now, whoever it is for: it can't be reached, it does not let us in, or it
// has had enough of us for a while. The message is as good as before.
var ErrUnavailable = errors.New("mail: the server takes nothing now")

// SendError says that a message was not taken. It names neither the recipient nor what the server said, since servers repeat
// addresses.
type SendError struct {
	MessageID string // empty: it was about none
	Stage     string // what the server was asked, in our words
	Code      string // of the answer, such as "5.1.1" or "http-400"; "" if there was none
	Permanent bool   // the answer will be the same the next time
	Recipient bool   // it is about the recipient: the mail has bounced
	cause     error  // may be ErrUnavailable
}

func (e *SendError) Error() string {
	answer := "no answer in time, or none at all"
	var network *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case e.Code != "":
		answer = "answer " + e.Code
	case errors.As(e.cause, &network):
		answer = network.Error()
	case errors.As(e.cause, &certificate):
		answer = certificate.Error()
	}
	if e.MessageID == "" {
		return fmt.Sprintf("mail: %s: %s", e.Stage, answer)
	}
	return fmt.Sprintf("mail: message %s: %s: %s", e.MessageID, e.Stage, answer)
}

func (e *SendError) Unwrap() error { return e.cause }

// IsPermanent tells whether err is an answer that will be the same the next time: an address that is none, or a refusal of this
// message.
func IsPermanent(err error) bool {
	var send *SendError
	return errors.Is(err, ErrAddress) || (errors.As(err, &send) && send.Permanent)
}

// BounceCode is the code of an error that tells that the recipient can't be reached at this address, "" if err is about something
// else.
func BounceCode(err error) string {
	var send *SendError
	switch {
	case errors.Is(err, ErrAddress):
		return "no-address"
	case errors.As(err, &send) && send.Recipient && send.Code != "":
		return strings.ToLower(send.Code)
	default:
		return ""
	}
}
