package main

import (
	"prportal.example/internal/bus"
	"prportal.example/internal/event"
)

// allTopics are the topics of the system and their dead letters.
func allTopics() []bus.TopicSpec { return specs(event.Topics()...) }

// usedTopics are those that this program publishes to or reads: what has to be there before it can start.
func usedTopics() []bus.TopicSpec {
	var used []event.Topic
	for _, t := range event.Topics() {
		if !t.Personal { // upstream's, with rights of its own
			used = append(used, t)
		}
	}
	return specs(used...)
}

func specs(topics ...event.Topic) []bus.TopicSpec {
	var out []bus.TopicSpec
	for _, t := range topics {
		out = append(out, bus.TopicSpec{Name: t.Name, Partitions: t.Partitions, Retention: t.Retention},
			bus.TopicSpec{Name: bus.DeadLetterTopic(t.Name), Partitions: 1, Retention: event.DeadLetterRetention})
	}
	return out
}
