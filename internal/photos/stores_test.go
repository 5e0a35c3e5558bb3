package photos_test

import (
	"testing"

	"prportal.example/internal/photos"
	"prportal.example/internal/testenv"
)

// The contract holds on the embedded store and on MinIO alike.
func TestOnVersitygw(t *testing.T) {
	photos.Exercise(t, testenv.Versity(t), photos.BucketPolicyKeys(testenv.VersityLeast(t)))
}

func TestOnMinIO(t *testing.T) {
	photos.Exercise(t, testenv.MinIO(t), photos.UserKeys(func(t *testing.T, policy string) photos.Config {
		return testenv.MinIOUser(t, policy)
	}))
}
