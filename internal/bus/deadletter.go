package bus

import (
	"maps"
	"strconv"
	"strings"
)

// Headers that the bus itself writes. Those of a dead letter tell where the message lay and why it is there.
const (
	ownHeaders = "prportal-"

	HeaderAttempt   = "prportal-attempt"          // how often the message has failed so far
	HeaderTopic     = "prportal-origin-topic"     // dead letters: the topic it came from
	HeaderPartition = "prportal-origin-partition" // and the place there
	HeaderOffset    = "prportal-origin-offset"
	HeaderError     = "prportal-error" // dead letters: the last error, one line of at most 500 bytes
)

// DeadLetterTopic is where messages of topic are parked.
func DeadLetterTopic(topic string) string { return topic + ".dead" }

// attemptOf is how often m has failed so far; what is not a number of ours counts as never.
func attemptOf(m Message) int {
	n, err := strconv.Atoi(m.Headers[HeaderAttempt])
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// again is m with one more failed attempt, for the same topic and, by its key, the same partition.
func again(m Message) Message {
	headers := maps.Clone(m.Headers)
	headers[HeaderAttempt] = strconv.Itoa(attemptOf(m) + 1)
	return Message{Topic: m.Topic, Key: m.Key, Value: m.Value, Headers: headers}
}

func deadLetter(m Message, cause error, withoutValue bool) Message {
	letter := again(m)
	letter.Topic = DeadLetterTopic(m.Topic)
	letter.Headers[HeaderTopic] = m.Topic
	letter.Headers[HeaderPartition] = strconv.Itoa(m.Partition)
	letter.Headers[HeaderOffset] = strconv.FormatInt(m.Offset, 10)
	text := strings.Join(strings.Fields(cause.Error()), " ")
	letter.Headers[HeaderError] = strings.ToValidUTF8(text[:min(len(text), 500)], "")
	if withoutValue { // nor anything else that its sender wrote
		letter.Value, letter.Key = nil, nil
		maps.DeleteFunc(letter.Headers, func(name, _ string) bool { return !strings.HasPrefix(name, ownHeaders) })
	}
	return letter
}
