package objectstore_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"prportal.example/internal/embedded/objectstore"
	"prportal.example/internal/photos"
)

var (
	root      = objectstore.Account{AccessKey: "root", SecretKey: "root-secret-key"}
	portal    = objectstore.Account{AccessKey: "portal", SecretKey: "portal-secret-key"}
	validator = objectstore.Account{AccessKey: "validator", SecretKey: "validator-secret-key"}
)

func start(t *testing.T, dir string) *objectstore.Store {
	t.Helper()
	s, err := objectstore.Start(t.Context(), objectstore.Config{Addr: "127.0.0.1:0", Dir: dir,
		Accounts: []objectstore.Account{root, portal, validator}})
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		s.EnsureBucket(t.Context(), root, photos.Uploads,
			objectstore.Grant{AccessKey: "portal", Actions: []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}},
			objectstore.Grant{AccessKey: "validator", Actions: []string{"s3:GetObject"}}),
		s.EnsureBucket(t.Context(), root, photos.Renditions,
			objectstore.Grant{AccessKey: "portal", Actions: []string{"s3:GetObject"}},
			objectstore.Grant{AccessKey: "validator", Actions: []string{"s3:PutObject"}}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func as(t *testing.T, s *objectstore.Store, a objectstore.Account) *photos.Store {
	t.Helper()
	p, err := photos.Open(photos.Config{Endpoint: s.Addr(), AccessKey: a.AccessKey, SecretKey: a.SecretKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// TestAccountsAndRestart lets each program do what it has to and nothing else, and finds the objects again after a restart. It is
// one test since the store changes the working directory and there can be only one at a time.
func TestAccountsAndRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "objects")
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chdir(before) }) // so that the folder can be removed
	s := start(t, dir)
	p, v := as(t, s, portal), as(t, s, validator)
	if _, err := p.Put(t.Context(), photos.Uploads, "photo", []byte("upload"), "image/jpeg"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Get(t.Context(), photos.Uploads, "photo", 100); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Put(t.Context(), photos.Renditions, photos.RenditionKey("photo"), []byte("small"), "image/jpeg"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Put(t.Context(), photos.Uploads, "photo", []byte("forged"), "image/jpeg"); !errors.Is(err, photos.ErrRefused) {
		t.Errorf("the validator overwrites an upload: %v", err)
	}
	if err := v.Delete(t.Context(), photos.Uploads, "photo"); !errors.Is(err, photos.ErrRefused) {
		t.Errorf("the validator deletes an upload: %v", err)
	}
	if _, err := p.Put(t.Context(), photos.Renditions, "x", []byte("x"), "image/jpeg"); !errors.Is(err, photos.ErrRefused) {
		t.Errorf("the portal writes renditions: %v", err)
	}
	for name, keys := range map[string]*photos.Store{"portal": p, "validator": v} {
		for _, bucket := range []string{photos.Uploads, photos.Renditions} {
			if err := keys.Ready(t.Context(), bucket); err != nil {
				t.Errorf("%s on %s: %v", name, bucket, err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = start(t, dir)
	defer s.Close()
	got, err := as(t, s, portal).Get(t.Context(), photos.Renditions, photos.RenditionKey("photo"), 100)
	if err != nil || string(got) != "small" {
		t.Errorf("after a restart: %q, %v", got, err)
	}
	stranger := as(t, s, objectstore.Account{AccessKey: "stranger", SecretKey: "unknown"})
	if err := stranger.Ready(t.Context(), photos.Uploads); !errors.Is(err, photos.ErrRefused) {
		t.Errorf("unknown keys: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, photos.Uploads, "photo")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others on this machine may read photos: %v, %v", info.Mode(), err)
	}
}
