package event

import "time"

// Topic is one line of the table of topics. Its key is the case id, so that one case's events stay in order.
type Topic struct {
	Name       string
	Partitions int
	Retention  time.Duration
	Personal   bool // carries personal data: own rights, short retention, dead letters without payload
}

// Topic names.
const (
	TopicApplicationApproved = "application.approved"
	TopicPhotoUploaded       = "photo.uploaded"
	TopicPhotoUploadedBulk   = "photo.uploaded.bulk"
	TopicPhotoChecked        = "photo.checked"
	TopicCardOrdered         = "card.ordered"
	TopicCardMailed          = "card.mailed"
	TopicCardReturned        = "card.returned"
)

const (
	day        = 24 * time.Hour
	partitions = 12
)

// Topics is the one table of topics. Each has a dead-letter topic of its own, kept longer.
func Topics() []Topic {
	return []Topic{
		{TopicApplicationApproved, partitions, 3 * day, true},
		{TopicPhotoUploaded, partitions, 7 * day, false},
		{TopicPhotoUploadedBulk, partitions, 7 * day, false},
		{TopicPhotoChecked, partitions, 7 * day, false},
		{TopicCardOrdered, partitions, 30 * day, false},
		{TopicCardMailed, partitions, 30 * day, false},
		{TopicCardReturned, partitions, 30 * day, false},
	}
}

// DeadLetterRetention is how long a parked message is kept.
const DeadLetterRetention = 30 * day
