package deploy_test

import (
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"prportal.example/internal/photos"
	"prportal.example/internal/testenv"
	"prportal.example/internal/testenv/servers"
)

// TestMinIOSetupGivesLeastRights runs the set-up of compose.yaml on a real MinIO, twice, and tries what each program may do.
func TestMinIOSetupGivesLeastRights(t *testing.T) {
	config := testenv.MinIO(t)
	mc, err := servers.MinIOClient()
	if err != nil {
		t.Fatal(err)
	}
	programs := t.TempDir()
	if err := os.Symlink(mc, filepath.Join(programs, "mc")); err != nil {
		t.Fatal(err)
	}
	users := map[string]photos.Config{}
	env := []string{"PATH=" + programs, "HOME=" + t.TempDir(), "MC_CONFIG_DIR=" + t.TempDir(),
		"MC_HOST_store=http://" + config.AccessKey + ":" + config.SecretKey + "@" + config.Endpoint}
	for _, program := range []string{"portal", "validator", "proofs"} {
		c := config
		c.AccessKey, c.SecretKey = program+"-"+strings.ToLower(rand.Text()[:10]), rand.Text()
		users[program] = c
		env = append(env, "S3_"+strings.ToUpper(program)+"_ACCESS_KEY="+c.AccessKey, "S3_"+strings.ToUpper(program)+"_SECRET_KEY="+c.SecretKey)
	}
	for range 2 {
		cmd := exec.CommandContext(t.Context(), "/bin/sh", "minio/setup.sh")
		cmd.Env = env
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
	}

	stores := map[string]*photos.Store{}
	for program, c := range users {
		store, err := photos.Open(c)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		stores[program] = store
	}
	id := strings.ToLower(rand.Text())
	can := func(program, action, bucket string, want bool) {
		t.Helper()
		var err error
		switch store := stores[program]; action {
		case "put":
			_, err = store.Put(t.Context(), bucket, id, []byte("picture"), "image/jpeg")
		case "get":
			_, err = store.Get(t.Context(), bucket, id, 100)
		case "delete":
			err = store.Delete(t.Context(), bucket, id)
		}
		if want != (err == nil) || (!want && !errors.Is(err, photos.ErrRefused)) {
			t.Errorf("%s: %s in %s: %v", program, action, bucket, err)
		}
	}
	can("portal", "put", photos.Uploads, true)
	can("portal", "get", photos.Uploads, true)
	can("validator", "get", photos.Uploads, true)
	can("validator", "put", photos.Uploads, false)
	can("validator", "delete", photos.Uploads, false)
	can("validator", "put", photos.Renditions, true)
	can("validator", "get", photos.Renditions, false)
	can("validator", "delete", photos.Renditions, false)
	can("portal", "put", photos.Renditions, false)
	can("portal", "get", photos.Renditions, true)
	can("portal", "delete", photos.Renditions, true)
	can("portal", "delete", photos.Uploads, true)
	can("proofs", "put", photos.Documents, true)
	can("proofs", "get", photos.Documents, false)
	can("proofs", "delete", photos.Documents, false)
	can("portal", "get", photos.Documents, true)
	can("portal", "put", photos.Documents, false)
	can("portal", "delete", photos.Documents, false)
	can("validator", "get", photos.Documents, false)
	can("validator", "put", photos.Documents, false)
	for _, other := range []string{photos.Uploads, photos.Renditions} {
		can("proofs", "put", other, false)
		can("proofs", "get", other, false)
		can("proofs", "delete", other, false)
	}
}
