package photos

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
)

// Exercise is the contract, the same for every store. least are keys that may read objects in from and write them in to, and
// nothing else.
func Exercise(t *testing.T, root Config, leastKeys func(t *testing.T, root Config, from, to string) Config) {
	store := open(t, root)
	from, to := "from-"+unique(), "to-"+unique()
	for range 2 { // the second time they are there
		if err := store.EnsureBuckets(t.Context(), from, to); err != nil {
			t.Fatal(err)
		}
	}
	least := open(t, leastKeys(t, root, from, to))

	t.Run("what is put can be got", func(t *testing.T) {
		for name, data := range map[string][]byte{"empty": {}, "one byte": {0xff}, "5 MB": bytes.Repeat([]byte("photo"), 1<<20),
			"20 MB": bytes.Repeat([]byte{1, 2, 3, 4}, 5<<20)} {
			sum, err := store.Put(t.Context(), from, name, data, "image/jpeg")
			want := sha256.Sum256(data)
			if err != nil || sum != hex.EncodeToString(want[:]) {
				t.Fatalf("%s: sum %s, %v", name, sum, err)
			}
			got, err := store.Get(t.Context(), from, name, int64(len(data)))
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s: got %d bytes, %v", name, len(got), err)
			}
			if _, err := store.GetExact(t.Context(), from, name, 20<<20, sum); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("the last put counts", func(t *testing.T) {
		first := put(t, store, from, "twice", "first and longer")
		put(t, store, from, "twice", "second")
		if got, err := store.Get(t.Context(), from, "twice", 100); err != nil || string(got) != "second" {
			t.Errorf("got %q, %v", got, err)
		}
		if _, err := store.GetExact(t.Context(), from, "twice", 100, first); !errors.Is(err, ErrChecksum) {
			t.Errorf("other bytes than recorded give %v", err)
		}
	})
	t.Run("missing", func(t *testing.T) {
		if _, err := store.Get(t.Context(), from, "never", 100); !errors.Is(err, ErrNotFound) {
			t.Errorf("get: %v", err)
		}
		if err := store.Delete(t.Context(), from, "never"); err != nil {
			t.Errorf("delete: %v", err)
		}
		_, err := store.Get(t.Context(), "no-such-bucket-"+unique(), "x", 100)
		if err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("a missing bucket gives %v: it must not look like a missing photo", err)
		}
	})
	t.Run("deleted", func(t *testing.T) {
		put(t, store, from, "gone", "x")
		if err := store.Delete(t.Context(), from, "gone"); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Get(t.Context(), from, "gone", 100); !errors.Is(err, ErrNotFound) {
			t.Errorf("after delete: %v", err)
		}
	})
	t.Run("too large", func(t *testing.T) {
		put(t, store, from, "eleven", "eleven byte")
		if _, err := store.Get(t.Context(), from, "eleven", 10); !errors.Is(err, ErrTooLarge) {
			t.Errorf("over the limit: %v", err)
		}
		if _, err := store.Get(t.Context(), from, "eleven", 11); err != nil {
			t.Errorf("at the limit: %v", err)
		}
	})
	t.Run("damaged on the way", func(t *testing.T) {
		wrong := sha256.Sum256([]byte("what was meant"))
		if err := store.put(t.Context(), from, "damaged", []byte("what arrived"), "image/png", wrong[:]); err == nil {
			t.Error("the store took bytes that are not those of the checksum")
		}
		if _, err := store.Get(t.Context(), from, "damaged", 100); !errors.Is(err, ErrNotFound) {
			t.Errorf("the damaged object is kept: %v", err)
		}
	})
	t.Run("keys of all kinds", func(t *testing.T) {
		for _, key := range []string{"0197f3a2-0000-7000-8000-000000000000", RenditionKey("id"), PrintKey("id"),
			"with space+plus&amp=%41", "é/ü/日本", "a.b..c", "quote'\"<>"} {
			put(t, store, to, key, key)
			if got, err := store.Get(t.Context(), to, key, 100); err != nil || string(got) != key {
				t.Errorf("key %q: %q, %v", key, got, err)
			}
		}
	})
	t.Run("least rights", func(t *testing.T) {
		put(t, store, from, "upload", "a photo")
		if got, err := least.Get(t.Context(), from, "upload", 100); err != nil || string(got) != "a photo" {
			t.Errorf("read what may be read: %q, %v", got, err)
		}
		if _, err := least.Put(t.Context(), to, "rendition", []byte("smaller"), "image/jpeg"); err != nil {
			t.Errorf("write what may be written: %v", err)
		}
		if got, err := store.Get(t.Context(), to, "rendition", 100); err != nil || string(got) != "smaller" {
			t.Errorf("what was written: %q, %v", got, err)
		}
		for what, err := range map[string]error{
			"write where only reading is allowed": func() error {
				_, err := least.Put(t.Context(), from, "upload", []byte("forged"), "image/jpeg")
				return err
			}(),
			"read where only writing is allowed": func() error { _, err := least.Get(t.Context(), to, "rendition", 100); return err }(),
			"delete":                             least.Delete(t.Context(), from, "upload"),
			"make a bucket":                      least.EnsureBuckets(t.Context(), "more-"+unique()),
		} {
			if !errors.Is(err, ErrRefused) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := least.Ready(t.Context(), from); err != nil {
			t.Errorf("ready: %v", err)
		}
	})
	t.Run("ready", func(t *testing.T) {
		if err := store.Ready(t.Context(), from); err != nil {
			t.Error(err)
		}
		if err := store.Ready(t.Context(), "no-such-bucket-"+unique()); err == nil {
			t.Error("a missing bucket is ready")
		}
		wrong := root
		wrong.SecretKey = "another"
		if err := open(t, wrong).Ready(t.Context(), from); !errors.Is(err, ErrRefused) {
			t.Errorf("wrong keys: %v", err)
		}
	})
	t.Run("given up", func(t *testing.T) {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := store.Put(ended, from, "late", []byte("x"), "image/png"); !errors.Is(err, context.Canceled) {
			t.Errorf("put: %v", err)
		}
		if _, err := store.Get(ended, from, "late", 100); !errors.Is(err, context.Canceled) {
			t.Errorf("get: %v", err)
		}
	})
}

func TestStoreThatIsDown(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	store := open(t, Config{Endpoint: address, AccessKey: "a", SecretKey: "b"})
	_, putErr := store.Put(t.Context(), Uploads, "x", []byte("x"), "image/png")
	_, getErr := store.Get(t.Context(), Uploads, "x", 1)
	for what, err := range map[string]error{"put": putErr, "get": getErr, "ready": store.Ready(t.Context(), Uploads)} {
		if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), address) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// grant is one statement of a policy; principal is empty where the policy belongs to the keys.
func grant(principal, action, bucket string) string {
	if principal != "" {
		principal = fmt.Sprintf(`"Principal":{"AWS":%q},`, principal)
	}
	return fmt.Sprintf(`{"Effect":"Allow",%s"Action":%q,"Resource":"arn:aws:s3:::%s/*"}`, principal, action, bucket)
}

func policy(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// UserKeys asks for a user with a policy of its own, as MinIO and S3 have them.
func UserKeys(user func(t *testing.T, policy string) Config) func(t *testing.T, root Config, from, to string) Config {
	return func(t *testing.T, _ Config, from, to string) Config {
		return user(t, policy(grant("", "s3:GetObject", from), grant("", "s3:PutObject", to)))
	}
}

// BucketPolicyKeys grants the rights to existing keys by the buckets' policies.
func BucketPolicyKeys(least Config) func(t *testing.T, root Config, from, to string) Config {
	return func(t *testing.T, root Config, from, to string) Config {
		t.Helper()
		client := open(t, root).client
		for bucket, action := range map[string]string{from: "s3:GetObject", to: "s3:PutObject"} {
			err := client.SetBucketPolicy(t.Context(), bucket, policy(grant(least.AccessKey, action, bucket)))
			if err != nil {
				t.Fatal(err)
			}
		}
		return least
	}
}

func open(t *testing.T, c Config) *Store {
	t.Helper()
	store, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

func put(t *testing.T, store *Store, bucket, key, data string) (sum string) {
	t.Helper()
	sum, err := store.Put(t.Context(), bucket, key, []byte(data), "image/jpeg")
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func unique() string { return strings.ToLower(rand.Text()[:12]) }
