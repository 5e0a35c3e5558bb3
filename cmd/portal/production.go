package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"prportal.example/internal/bus"
	"prportal.example/internal/daemon"
	"prportal.example/internal/event"
)

// productionSource is what events come from that somebody at a command line sends in production's place.
const productionSource = "/prportal/production"

// playProduction is "card mailed" and "card returned": it publishes what the production of cards would, for trying things out.
func playProduction(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) (err error) {
	if len(args) == 0 || (args[0] != "mailed" && args[0] != "returned") {
		return misused(errors.New("card: say mailed or returned"))
	}
	flags := newFlags(stderr)
	caseID, clientID, at := flags.String("case", "", ""), flags.String("client-id", "", ""), flags.String("at", "", "")
	if err := parse(flags, args[1:]); err != nil {
		return err
	}
	if (*caseID == "") == (*clientID == "") {
		return misused(errors.New("card: name the case, or the person by client id"))
	}
	when := time.Now()
	if *at != "" {
		if when, err = time.Parse(time.RFC3339, *at); err != nil {
			return misused(fmt.Errorf("card: -at: %w", err))
		}
	}
	if *clientID != "" {
		if *caseID, err = caseOf(ctx, *clientID, getenv); err != nil {
			return fmt.Errorf("card: %w", err)
		}
	}
	var said event.Payload = event.CardMailed{CaseID: *caseID, MailedAt: when.UTC()}
	topic := event.TopicCardMailed
	if args[0] == "returned" {
		said, topic = event.CardReturned{CaseID: *caseID, ReturnedAt: when.UTC()}, event.TopicCardReturned
	}
	if err := publish(ctx, topic, *caseID, said, getenv); err != nil {
		return fmt.Errorf("card: %w", err)
	}
	_, err = fmt.Fprintf(stdout, "published: the card of case %s was %s at %s\n", *caseID, args[0], when.UTC().Format(time.RFC3339))
	return err
}

func caseOf(ctx context.Context, clientID string, getenv func(string) string) (id string, err error) {
	db, err := openStore(ctx, getenv)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	person, err := db.PersonByClientID(ctx, clientID)
	if err != nil {
		return "", err
	}
	c, err := db.CaseByPerson(ctx, person.ID)
	return c.ID, err
}

func publish(ctx context.Context, topic, key string, said event.Payload, getenv func(string) string) (err error) {
	env := daemon.NewEnv(getenv)
	config := kafkaSettings(env)
	if err := env.Err(); err != nil {
		return err
	}
	id, err := event.NewID()
	if err != nil {
		return err
	}
	e, err := event.New(id, productionSource, time.Now(), said)
	if err != nil {
		return err
	}
	payload, err := e.Encode()
	if err != nil {
		return err
	}
	producer, err := bus.NewProducer(config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, producer.Close()) }()
	return producer.Publish(ctx, bus.Message{Topic: topic, Key: []byte(key), Value: payload,
		Headers: map[string]string{"content-type": event.ContentType}})
}
