package servers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// MinIOVersion is the release whose binary lies in the cache.
const MinIOVersion = "20260212201848"

// MinIOClientVersion is the release of mc, MinIO's own command line, whose binary lies in the cache.
const MinIOClientVersion = "20250313080218"

// MinIOClient is the path of mc, which makes users and policies.
func MinIOClient() (string, error) {
	cache, err := Cache()
	if err != nil {
		return "", err
	}
	program := filepath.Join(cache, "mc-"+MinIOClientVersion)
	if _, err := os.Stat(program); err != nil {
		return "", &MissingError{What: "the MinIO client " + program}
	}
	return program, nil
}

// StartMinIO starts MinIO with its data under dir. Its Value is http://ACCESSKEY:SECRETKEY@host:port.
func StartMinIO(ctx context.Context, dir string) (*Server, error) {
	cache, err := Cache()
	if err != nil {
		return nil, err
	}
	program := filepath.Join(cache, "minio-"+MinIOVersion)
	if _, err := os.Stat(program); err != nil {
		return nil, &MissingError{What: "the MinIO server " + program}
	}
	return attempts(func() (*Server, error) { return startMinIO(ctx, dir, program) })
}

func startMinIO(ctx context.Context, dir, program string) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	home, err := os.MkdirTemp(dir, "minio-")
	if err != nil {
		return nil, err
	}
	access, key := "root-"+secret()[:10], secret()
	cmd := exec.CommandContext(ctx, program, "server", "--quiet", "--anonymous", "--address", localhost(port),
		filepath.Join(home, "data"))
	cmd.Dir = home
	cmd.Env = append(os.Environ(), "HOME="+home, "MINIO_ROOT_USER="+access, "MINIO_ROOT_PASSWORD="+key, "MINIO_BROWSER=off",
		"MINIO_UPDATE=off", "MINIO_CALLHOME_ENABLE=off")
	p, err := launch(cmd, home, "minio")
	if err != nil {
		return nil, err
	}
	if err := p.await(ctx, answers("http://"+localhost(port)+"/minio/health/ready")); err != nil {
		p.end(syscall.SIGKILL)
		return nil, err
	}
	value := url.URL{Scheme: "http", User: url.UserPassword(access, key), Host: localhost(port)}
	return &Server{Value: value.String(), stop: func() { p.end(syscall.SIGTERM) }}, nil
}

// answers asks for an address until it says 200.
func answers(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s says %s", address, response.Status)
		}
		return nil
	}
}
