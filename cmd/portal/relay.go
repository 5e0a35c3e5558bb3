package main

import (
	"context"
	"fmt"
	"time"

	"prportal.example/internal/account"
	"prportal.example/internal/bus"
	"prportal.example/internal/intake"
	"prportal.example/internal/journey"
	"prportal.example/internal/outbox"
)

// addRelay adds what carries committed rows to Kafka and to the mail server, and lets decisions take effect.
func (p *process) addRelay(ctx context.Context) error {
	s := p.settings
	if err := p.needKafka(ctx); err != nil {
		return err
	}
	producer, err := bus.NewProducer(s.kafka)
	if err != nil {
		return err
	}
	p.closers = append(p.closers, producer.Close)
	mailer, err := p.mailer()
	if err != nil {
		return err
	}
	relay, err := outbox.New(outbox.Config{Store: p.store, Producer: producer, Triage: p.triage,
		Mailer: mailer, Holder: p.holder, Now: time.Now, Registry: p.registry, Logger: p.log})
	if err != nil {
		return err
	}
	if err := p.registry.Register(newQueueMetrics(p.store)); err != nil {
		return fmt.Errorf("metrics of the queue: %w", err)
	}
	if err := p.registry.Register(newOfficeMetrics(p.store)); err != nil {
		return fmt.Errorf("metrics of the office's list: %w", err)
	}
	p.parts = append(p.parts, p.freeCards())
	if err := p.registry.Register(newProofMetrics(p.store)); err != nil {
		return fmt.Errorf("metrics of proofs: %w", err)
	}
	accounts, err := account.New(account.Config{Store: p.store, Now: time.Now})
	if err != nil {
		return err
	}
	p.parts = append(p.parts, relay.Run, p.askAgain(intake.New(intake.Config{Store: p.store, Now: time.Now})),
		p.tendInvitations(accounts), p.remindSilent(journey.New(journey.Config{Store: p.store, Now: time.Now, Location: s.location})))
	return nil
}
