package photocheck

import (
	"os"
	"testing"

	"prportal.example/pkg/photocheck/profile"
)

// ModelsOfTests is the folder of models that tests open.
func ModelsOfTests() string {
	if dir := os.Getenv("PRPORTAL_MODELS"); dir != "" {
		return dir
	}
	return "../../models"
}

// OpenForTests opens an inspector by the default rules for as long as a test runs; finder as in Config.
func OpenForTests(t testing.TB, finder string) *Inspector {
	t.Helper()
	rules, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	in, err := New(Config{Models: ModelsOfTests(), Profile: rules, Finder: finder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	return in
}
