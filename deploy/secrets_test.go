package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestNoSecretStandsInTheFile(t *testing.T) {
	secret := regexp.MustCompile(`PASSWORD|SECRET|ACCESS_KEY|MC_HOST|DATABASE_URL|ROOT_USER`)
	for name, s := range compose(t) {
		for variable, value := range s.Environment {
			if secret.MatchString(variable) && !strings.Contains(value, "${") {
				t.Errorf("%s: %s is %q", name, variable, value)
			}
		}
	}
	demanded := found(map[string]string{"": read(t, "compose.yaml")}, `\$\{(\w+):\?`)
	if len(demanded) < 6 {
		t.Fatalf("only %v are demanded", demanded)
	}
	for _, variable := range demanded {
		if !strings.Contains(read(t, ".env.example"), "\n"+variable+"=") {
			t.Errorf(".env.example lacks %s", variable)
		}
	}
}

func TestSecretsAreMadeOnce(t *testing.T) {
	out := filepath.Join(t.TempDir(), "env")
	run := func() map[string]string {
		t.Helper()
		if said, err := exec.CommandContext(t.Context(), "sh", "secrets.sh", out).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		made := map[string]string{}
		for line := range strings.Lines(read(t, out)) {
			if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(name, "#") {
				made[name] = value
			}
		}
		return made
	}
	first := run()
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	seen := map[string]string{}
	for _, variable := range found(map[string]string{"": read(t, "compose.yaml")}, `\$\{(\w+):\?`) {
		value := first[variable]
		if other := seen[value]; value == "" || other != "" {
			t.Errorf("%s is %q, as is %q", variable, value, other)
		}
		// MinIO takes secret keys of 8 to 40 characters; addresses hold some of these.
		if !regexp.MustCompile(`^[a-z0-9-]{8,40}$`).MatchString(value) {
			t.Errorf("%s is %q", variable, value)
		}
		seen[value] = variable
	}
	for name, value := range run() {
		if first[name] != value {
			t.Errorf("%s was changed", name)
		}
	}
}
