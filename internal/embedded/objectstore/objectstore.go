// Package objectstore is an S3 store within one process that keeps objects as files, for a machine on which nothing is
// installed and for tests.
package objectstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

// maxObject bounds server-side copies, which the library refuses altogether without a bound.
const maxObject = 5 << 30

// Region is the name that clients have to sign with.
const Region = "us-east-1"

// Account is one pair of keys. The first of Config.Accounts may do everything; the others only what bucket policies grant.
type Account struct {
	AccessKey string
	SecretKey string
}

// Config says where the store listens, keeps its objects and whom it knows.
type Config struct {
	Addr     string // host:port; port 0 means a free one
	Dir      string // its own folder, made if needed, on a file system with extended attributes
	Accounts []Account
}

// Store is one running store. A process can run only one, and its working directory becomes the store's folder: the library
// goes by it.
type Store struct {
	addr  string
	stop  context.CancelFunc
	ended chan error
}

const healthPath = "/health"

// Start returns when the store answers. It runs until Close.
func Start(ctx context.Context, c Config) (*Store, error) {
	if len(c.Accounts) == 0 {
		return nil, errors.New("object store: no account given")
	}
	addr, err := fixPort(c.Addr)
	if err != nil {
		return nil, fmt.Errorf("object store: %w", err)
	}
	dir, err := filepath.Abs(c.Dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return nil, fmt.Errorf("object store folder: %w", err)
	}
	if err := (meta.XattrMeta{}).Test(dir); err != nil {
		return nil, fmt.Errorf("object store folder %s: its file system keeps no extended attributes, choose another: %w", dir, err)
	}
	options := posix.PosixOpts{CopyObjectThreshold: maxObject}
	options.SetNewDirPerm(0o700)
	options.SetNewFilePerm(0o600)
	backend, err := posix.New(dir, meta.XattrMeta{}, options)
	if err != nil {
		return nil, fmt.Errorf("object store in %s: %w", dir, err)
	}
	root := c.Accounts[0]
	own, stop := context.WithCancel(context.WithoutCancel(ctx))
	s := &Store{addr: addr, stop: stop, ended: make(chan error, 1)}
	go func() {
		s.ended <- embedgw.RunVersityGW(own, backend, &embedgw.Config{
			RootUserAccess: root.AccessKey, RootUserSecret: root.SecretKey, Region: Region, Ports: []string{addr},
			MaxConnections: 4096, MaxRequests: 2048, MultipartMaxParts: 10000, Quiet: true, KeepAlive: true, DisableACLs: true,
			HealthPath: healthPath, IAMService: accounts(c.Accounts),
		})
	}()
	if err := s.await(ctx); err != nil {
		stop()
		return nil, fmt.Errorf("object store in %s on %s: %w", dir, addr, err)
	}
	return s, nil
}

// Addr is the store's address, host:port.
func (s *Store) Addr() string { return s.addr }

// Close finishes requests in hand and stops.
func (s *Store) Close() error {
	s.stop()
	return <-s.ended
}

func (s *Store) await(ctx context.Context) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+healthPath, nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			response.Body.Close()
			return nil
		}
		select {
		case err := <-s.ended:
			if err == nil {
				err = errors.New("it ended at once")
			}
			return err
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// fixPort turns port 0 into a free one, since the library cannot tell which one it got.
func fixPort(addr string) (string, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

// accounts is a fixed list of keys: nobody can make more of them over the network.
type accounts []Account

func (a accounts) GetUserAccount(access string) (auth.Account, error) {
	i := slices.IndexFunc(a, func(k Account) bool { return k.AccessKey == access })
	if i < 0 {
		return auth.Account{}, auth.ErrNoSuchUser
	}
	role := auth.RoleUser
	if i == 0 {
		role = auth.RoleAdmin
	}
	return auth.Account{Access: a[i].AccessKey, Secret: a[i].SecretKey, Role: role}, nil
}

// ResolveAccounts returns those of the keys that do not exist.
func (a accounts) ResolveAccounts(keys []string) ([]string, error) {
	var missing []string
	for _, key := range keys {
		if _, err := a.GetUserAccount(key); err != nil {
			missing = append(missing, key)
		}
	}
	return missing, nil
}

func (a accounts) ListUserAccounts() ([]auth.Account, error) {
	var list []auth.Account
	for _, k := range a {
		account, err := a.GetUserAccount(k.AccessKey)
		if err != nil {
			return nil, err
		}
		account.Secret = ""
		list = append(list, account)
	}
	return list, nil
}

var errFixed = errors.New("the accounts of this store are fixed")

func (accounts) CreateAccount(auth.Account) error                  { return errFixed }
func (accounts) UpdateUserAccount(string, auth.MutableProps) error { return errFixed }
func (accounts) DeleteUserAccount(string) error                    { return errFixed }
func (accounts) Shutdown() error                                   { return nil }
