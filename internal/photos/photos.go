// Package photos keeps photos as objects in an S3 store, under ids of our own. It needs no more rights than its caller uses:
// it never lists, and never asks whether a bucket exists.
package photos

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// The buckets of the system. Uploads are untouched files of applicants, keyed by photo id; renditions are pictures made by the
// pipeline, keyed by RenditionKey and PrintKey; documents are proofs of status, keyed by their id.
const (
	Uploads    = "uploads"
	Renditions = "renditions"
	Documents  = "documents"
)

// Buckets returns every bucket.
func Buckets() []string { return []string{Uploads, Renditions, Documents} }

// RenditionKey is where the picture that pages show lies in Renditions.
func RenditionKey(photoID string) string { return photoID + "/rendition.jpg" }

// PrintKey is where the crop that would be printed lies in Renditions.
func PrintKey(photoID string) string { return photoID + "/print.jpg" }

var (
	// ErrNotFound means that there is no object under the key, or none that these keys may know of.
	ErrNotFound = errors.New("no such object")
	// ErrTooLarge means that the object has more bytes than the caller would take.
	ErrTooLarge = errors.New("object too large")
	// ErrChecksum means that the bytes are not those that were recorded.
	ErrChecksum = errors.New("object has another SHA-256 than was recorded")
	// ErrRefused means that the store does not let these keys do this: a fault of the set-up, not of the photo.
	ErrRefused = errors.New("refused by the object store")
)

// Config says where the store is and who we are there.
type Config struct {
	Endpoint  string // host:port, no scheme
	AccessKey string
	SecretKey string
	Region    string // "us-east-1" when empty; asking the store for it would need a right that we do without
	Secure    bool   // TLS
}

// Store is safe for use by many goroutines.
type Store struct {
	client    *minio.Client
	endpoint  string
	transport *http.Transport
}

// Open makes a client; it does not connect yet: Ready does.
func Open(c Config) (*Store, error) {
	if c.Region == "" {
		c.Region = "us-east-1"
	}
	transport, err := minio.DefaultTransport(c.Secure)
	if err != nil {
		return nil, fmt.Errorf("object store %s: %w", c.Endpoint, err)
	}
	transport.ResponseHeaderTimeout = 30 * time.Second
	client, err := minio.New(c.Endpoint, &minio.Options{
		Creds:           credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""),
		Secure:          c.Secure,
		Region:          c.Region,
		Transport:       transport,
		BucketLookup:    minio.BucketLookupPath,
		TrailingHeaders: true,
		MaxRetries:      3, // the default of 10 hides a store that is down for minutes; callers have their own back-off
	})
	if err != nil {
		return nil, fmt.Errorf("object store %s: %w", c.Endpoint, err)
	}
	return &Store{client: client, endpoint: c.Endpoint, transport: transport}, nil
}

// Close gives up idle connections.
func (s *Store) Close() { s.transport.CloseIdleConnections() }

// Put stores data under key, in place of what was there, and returns its SHA-256 in hex. The store compares that sum with
// what arrived, and keeps nothing that was damaged on the way.
func (s *Store) Put(ctx context.Context, bucket, key string, data []byte, contentType string) (string, error) {
	sum := sha256.Sum256(data)
	if err := s.put(ctx, bucket, key, data, contentType, sum[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum[:]), nil
}

// put goes in one request with the checksum as a plain header: the one form that both MinIO and versitygw verify.
func (s *Store) put(ctx context.Context, bucket, key string, data []byte, contentType string, sum []byte) error {
	err := s.untilRead(func() error {
		_, err := s.client.PutObject(ctx, bucket, key, bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{
			ContentType:      contentType,
			DisableMultipart: true,
			UserMetadata:     map[string]string{"x-amz-checksum-sha256": base64.StdEncoding.EncodeToString(sum)},
		})
		return err
	})
	return s.explain("put", bucket, key, err)
}

// Get reads the object under key. It returns ErrNotFound, ErrTooLarge when the object has more than maxBytes, or what is
// wrong with the store.
func (s *Store) Get(ctx context.Context, bucket, key string, maxBytes int64) ([]byte, error) {
	var data []byte
	err := s.untilRead(func() (err error) {
		data, err = s.read(ctx, bucket, key, maxBytes+1)
		return err
	})
	if err != nil {
		return nil, s.explain("get", bucket, key, err)
	}
	if int64(len(data)) > maxBytes {
		return nil, fmt.Errorf("get %s/%s: over %d bytes: %w", bucket, key, maxBytes, ErrTooLarge)
	}
	return data, nil
}

// read returns the first bytes of an object, limit at most.
func (s *Store) read(ctx context.Context, bucket, key string, limit int64) ([]byte, error) {
	object, err := s.client.GetObject(ctx, bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	defer object.Close() //nolint:errcheck // all that was asked for has been read
	return io.ReadAll(io.LimitReader(object, limit))
}

// GetExact is Get for an object whose SHA-256, in hex, was recorded when it was stored; other bytes are ErrChecksum.
func (s *Store) GetExact(ctx context.Context, bucket, key string, maxBytes int64, sha256hex string) ([]byte, error) {
	data, err := s.Get(ctx, bucket, key, maxBytes)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	if hex.EncodeToString(sum[:]) != sha256hex {
		return nil, fmt.Errorf("get %s/%s: %w", bucket, key, ErrChecksum)
	}
	return data, nil
}

// Delete removes the object under key. That it was not there is no error.
func (s *Store) Delete(ctx context.Context, bucket, key string) error {
	err := s.explain("delete", bucket, key, s.untilRead(func() error {
		return s.client.RemoveObject(ctx, bucket, key, minio.RemoveObjectOptions{})
	}))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// EnsureBuckets makes those buckets that do not exist yet. It needs the right to make buckets, which only set-up has.
func (s *Store) EnsureBuckets(ctx context.Context, buckets ...string) error {
	for _, bucket := range buckets {
		err := s.client.MakeBucket(ctx, bucket, minio.MakeBucketOptions{})
		switch code(err) {
		case "BucketAlreadyOwnedByYou", "BucketAlreadyExists":
			continue
		}
		if err != nil {
			return s.explain("make bucket", bucket, "", err)
		}
	}
	return nil
}

// probeKey is never stored. Reading it shows that the store answers, knows our keys and has the bucket.
const probeKey = "readiness-probe"

// Ready reports whether the store answers, accepts our keys and has the bucket. A right that these keys lack on the bucket is
// not its subject: a store answers "refused" for an absent object to keys that may not list.
func (s *Store) Ready(ctx context.Context, bucket string) error {
	_, err := s.Get(ctx, bucket, probeKey, 1)
	if err == nil || errors.Is(err, ErrTooLarge) {
		return nil
	}
	switch code(err) {
	case "NoSuchKey", "AccessDenied":
		return nil
	}
	return err
}

// readAttempts is how often a request is made that the store could not read.
const readAttempts = 3

// untilRead makes a request again, on a new connection, that the store could not even read. A busy versitygw sometimes answers a
// put before it has read the end of its body, and then takes the rest for the beginning of the next request on that connection.
// Doing any request of this package twice is as good as once.
func (s *Store) untilRead(request func() error) error {
	for n := 1; ; n++ {
		err := request()
		if n == readAttempts || code(err) != "BadRequest" {
			return err
		}
		s.transport.CloseIdleConnections()
	}
}

// code is the S3 error code within err, empty when the store did not answer.
func code(err error) string {
	var response minio.ErrorResponse
	if errors.As(err, &response) {
		return response.Code
	}
	return ""
}

// explain says what was tried and where, and maps the store's codes to our errors.
func (s *Store) explain(what, bucket, key string, err error) error {
	if err == nil {
		return nil
	}
	var kind error
	switch code(err) {
	case "NoSuchKey":
		kind = ErrNotFound
	case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidTokenId", "ExpiredToken":
		kind = ErrRefused
	case "BadDigest", "XAmzContentSHA256Mismatch", "InvalidDigest", "XAmzContentChecksumMismatch":
		kind = ErrChecksum
	}
	if kind == nil {
		return fmt.Errorf("%s %s/%s at %s: %w", what, bucket, key, s.endpoint, err)
	}
	return fmt.Errorf("%s %s/%s at %s: %w: %w", what, bucket, key, s.endpoint, kind, err)
}
