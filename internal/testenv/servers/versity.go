package servers

import (
	"context"
	"net/url"
	"os"

	"prportal.example/internal/embedded/objectstore"
)

// StartVersity starts the embedded object store with its data under dir, within this process, whose working directory
// it changes; it can be had once. Its Value is like MinIO's.
func StartVersity(ctx context.Context, dir string) (*Server, error) {
	home, err := os.MkdirTemp(dir, "objects-")
	if err != nil {
		return nil, err
	}
	root := objectstore.Account{AccessKey: "root-" + secret()[:10], SecretKey: secret()}
	least := objectstore.Account{AccessKey: "least-" + secret()[:10], SecretKey: secret()}
	store, err := objectstore.Start(ctx, objectstore.Config{Addr: "127.0.0.1:0", Dir: home,
		Accounts: []objectstore.Account{root, least}})
	if err != nil {
		return nil, err
	}
	value := url.URL{Scheme: "http", User: url.UserPassword(root.AccessKey, root.SecretKey), Host: store.Addr(),
		RawQuery: url.Values{"least": {least.AccessKey + ":" + least.SecretKey}}.Encode()}
	return &Server{Value: value.String(), stop: func() { _ = store.Close() }}, nil
}
