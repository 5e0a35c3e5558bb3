package daemon

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// ReadyFileVariable names the environment variable with the path of the file that WriteReady writes.
const ReadyFileVariable = "PRPORTAL_READY_FILE"

// Listening holds the addresses, host:port, that a program listens on; those it does not have are left out.
type Listening struct {
	Listen  string `json:"listen,omitempty"`
	Officer string `json:"officer,omitempty"`
	Ops     string `json:"ops,omitempty"`
}

// WriteReady tells whoever started this program where it listens, which is not known beforehand with port 0. An empty path
// means that nobody asked.
func WriteReady(path string, listening Listening) error {
	if path == "" {
		return nil
	}
	data, err := json.Marshal(listening)
	if err != nil {
		return fmt.Errorf("ready file: %w", err)
	}
	if err := WriteFile(path, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("ready file: %w", err)
	}
	return nil
}

// WriteFile replaces path by rename, so that a reader finds the whole new content or what was there before.
func WriteFile(path string, data []byte, mode os.FileMode) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails after the rename, as it should
	if _, err = tmp.Write(data); err == nil {
		err = tmp.Chmod(mode)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
