package main

import (
	"context"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/bus"
	"prportal.example/internal/event"
	"prportal.example/internal/store"
	"prportal.example/internal/triage"
)

// addCards adds the consumers of what production says of cards.
func (p *process) addCards() error {
	cards, err := newCards(p.triage, p.registry)
	if err != nil {
		return err
	}
	for topic, handle := range map[string]func(context.Context, bus.Message) error{
		event.TopicCardMailed: cards.mailed, event.TopicCardReturned: cards.returned,
	} {
		consumer, err := bus.NewConsumer(bus.ConsumerConfig{Config: p.settings.kafka, Group: resultsGroup + "." + topic, Topic: topic, Handle: handle,
			Registry: p.registry, Logger: p.log})
		if err != nil {
			return err
		}
		p.parts = append(p.parts, consumer.Run)
	}
	return nil
}

// cards applies what production says to the cards of cases.
type cards struct {
	triage *triage.Service
	events *prometheus.CounterVec
}

func newCards(t *triage.Service, registry prometheus.Registerer) (*cards, error) {
	c := &cards{triage: t, events: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "prportal_card_events_total",
		Help: "What production says of cards, by event and by what became of it: moved (its card), stored (older than what is known), " +
			"late (known already), unknown (no card was ordered for that case) or malformed."}, []string{"event", "result"})}
	if err := registry.Register(c.events); err != nil {
		return nil, fmt.Errorf("metrics of cards: %w", err)
	}
	for _, topic := range []string{event.TopicCardMailed, event.TopicCardReturned} {
		for _, result := range []triage.Applied{triage.AppliedMoved, triage.AppliedStored, triage.AppliedLate, triage.AppliedUnknown,
			malformed} {
			c.events.WithLabelValues(topic, string(result)) // there from the start, at 0
		}
	}
	return c, nil
}

func (c *cards) mailed(ctx context.Context, m bus.Message) error {
	var e event.CardMailed
	if _, err := event.Decode(m.Value, &e); err != nil {
		return c.refuse(event.TopicCardMailed, err)
	}
	applied, err := c.triage.CardMailed(ctx, e)
	return c.count(event.TopicCardMailed, applied, err)
}

func (c *cards) returned(ctx context.Context, m bus.Message) error {
	var e event.CardReturned
	if _, err := event.Decode(m.Value, &e); err != nil {
		return c.refuse(event.TopicCardReturned, err)
	}
	applied, err := c.triage.CardReturned(ctx, e)
	return c.count(event.TopicCardReturned, applied, err)
}

// refuse parks what is no event of ours.
func (c *cards) refuse(topic string, err error) error {
	c.events.WithLabelValues(topic, string(malformed)).Inc()
	return err
}

// count holds the message while the database is down, and parks what can't be so.
func (c *cards) count(topic string, applied triage.Applied, err error) error {
	switch {
	case store.IsDown(err):
		return bus.Retry(err)
	case err != nil:
		return err
	}
	c.events.WithLabelValues(topic, string(applied)).Inc()
	return nil
}
