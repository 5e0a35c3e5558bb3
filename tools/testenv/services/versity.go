package main

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"

	"prportal.example/internal/embedded/objectstore"
	"prportal.example/internal/testenv/servers"
)

// startVersity starts the embedded object store with its data under dir, within this process, whose working directory
// it changes; it can be had once. Its Value is like MinIO's.
func startVersity(ctx context.Context, dir string) (*servers.Server, error) {
	home, err := os.MkdirTemp(dir, "objects-")
	if err != nil {
		return nil, err
	}
	root := objectstore.Account{AccessKey: "root-" + rand.Text()[:10], SecretKey: rand.Text()}
	least := objectstore.Account{AccessKey: "least-" + rand.Text()[:10], SecretKey: rand.Text()}
	store, err := objectstore.Start(ctx, objectstore.Config{Addr: "127.0.0.1:0", Dir: home,
		Accounts: []objectstore.Account{root, least}})
	if err != nil {
		return nil, err
	}
	value := url.URL{Scheme: "http", User: url.UserPassword(root.AccessKey, root.SecretKey), Host: store.Addr(),
		RawQuery: url.Values{"least": {least.AccessKey + ":" + least.SecretKey}}.Encode()}
	return servers.New(value.String(), func() { _ = store.Close() }), nil // its data is thrown away
}
