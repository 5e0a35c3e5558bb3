// Package deploy_test shows that what lies in this folder fits the programs: no container engine is needed for that.
package deploy_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"prportal.example/internal/testenv/servers"
)

type service struct {
	Image       string
	Build       struct{ Context, Dockerfile, Target string }
	Environment map[string]string
	Networks    []string
	Ports       []string
	Healthcheck map[string]any
	Restart     string
	Tmpfs       []string
	ReadOnly    bool                                  `yaml:"read_only"`
	CapDrop     []string                              `yaml:"cap_drop"`
	SecurityOpt []string                              `yaml:"security_opt"`
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Deploy      struct {
		Replicas  int
		Resources struct{ Limits map[string]any }
	}
}

func compose(t *testing.T) map[string]service {
	t.Helper()
	var file struct{ Services map[string]service }
	if err := yaml.Unmarshal([]byte(read(t, "compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Services) < 8 {
		t.Fatalf("only %d services were read", len(file.Services))
	}
	return file.Services
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// oneShot tells whether others wait for the service's end.
func oneShot(services map[string]service, name string) bool {
	for _, s := range services {
		if s.DependsOn[name].Condition == "service_completed_successfully" {
			return true
		}
	}
	return false
}

func TestServicesArePinnedBoundedAndWatched(t *testing.T) {
	pinned := regexp.MustCompile(`:[\w.-]*[0-9]+[.-][\w.-]*$`)
	services := compose(t)
	for name, s := range services {
		if s.Build.Dockerfile != "" {
			if _, err := os.Stat(filepath.Join(s.Build.Context, s.Build.Dockerfile)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		} else if !pinned.MatchString(s.Image) {
			t.Errorf("%s: image %q is not pinned to a version", name, s.Image)
		}
		if len(s.Healthcheck) == 0 && !oneShot(services, name) {
			t.Errorf("%s has no health check", name)
		}
		if s.Restart == "" || s.Deploy.Resources.Limits["memory"] == nil || s.Deploy.Resources.Limits["cpus"] == nil {
			t.Errorf("%s has no restart policy or no limits", name)
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to other machines", name, port)
			}
		}
		for other, how := range s.DependsOn {
			if _, known := services[other]; !known || how.Condition == "" {
				t.Errorf("%s waits for %s with condition %q", name, other, how.Condition)
			}
			if oneShot(services, other) != (how.Condition == "service_completed_successfully") {
				t.Errorf("%s waits for %s to be %s", name, other, how.Condition)
			}
		}
	}
	if services["validator"].Deploy.Replicas != 2 {
		t.Errorf("%d validators, want 2", services["validator"].Deploy.Replicas)
	}
	if want := "apache/kafka:" + servers.KafkaVersion; services["kafka"].Image != want {
		t.Errorf("kafka is %s, tests run on %s", services["kafka"].Image, want)
	}
}

// sources are the Go files of the programs, without tests.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, root := range []string{"../cmd", "../internal", "../pkg"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") &&
				!strings.Contains(path, "/testphotos/") {
				all[path] = read(t, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// found collects what the expression's first group matches.
func found(texts map[string]string, expression string) []string {
	r := regexp.MustCompile(expression)
	var all []string
	for _, text := range texts {
		for _, match := range r.FindAllStringSubmatch(text, -1) {
			all = append(all, match[1])
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func settings(t *testing.T) []string { return found(sources(t), `"(PRPORTAL_[A-Z0-9_]+)"`) }

func TestProgramsReadEverySettingThatTheyAreGiven(t *testing.T) {
	known := settings(t)
	if len(known) < 20 {
		t.Fatalf("only %v were found in the programs", known)
	}
	for name, s := range compose(t) {
		for variable := range s.Environment {
			if strings.HasPrefix(variable, "PRPORTAL_") && !slices.Contains(known, variable) {
				t.Errorf("%s: no program reads %s", name, variable)
			}
		}
	}
	for _, variable := range found(map[string]string{"": read(t, ".env.example")}, `#(PRPORTAL_[A-Z0-9_]+)=`) {
		if !slices.Contains(known, variable) || !strings.Contains(read(t, "compose.yaml"), "${"+variable+":-") {
			t.Errorf(".env.example: %s sets nothing", variable)
		}
	}
}

func TestOperationsDescribeEverySetting(t *testing.T) {
	operations := read(t, "../docs/operations.md")
	for _, variable := range settings(t) {
		if !strings.Contains(operations, "`"+variable+"`") {
			t.Errorf("docs/operations.md does not describe %s", variable)
		}
	}
}

// TestValidatorsSitBesideNoPersonalData: neither a setting nor a network leads them to the database or to mail.
func TestValidatorsSitBesideNoPersonalData(t *testing.T) {
	services := compose(t)
	validator := services["validator"]
	for variable := range validator.Environment {
		for _, part := range []string{"DATABASE", "SMTP", "MAIL", "POSTGRES", "URL"} {
			if strings.Contains(variable, part) {
				t.Errorf("validator has %s", variable)
			}
		}
	}
	for _, other := range []string{"postgres", "mail"} {
		for _, network := range services[other].Networks {
			if slices.Contains(validator.Networks, network) {
				t.Errorf("validator shares network %s with %s", network, other)
			}
		}
	}
	if len(validator.Networks) != 1 {
		t.Errorf("validator is in networks %v", validator.Networks)
	}
	portal := services["portal"]
	for _, variable := range []string{"PRPORTAL_S3_ACCESS_KEY", "PRPORTAL_S3_SECRET_KEY"} {
		if validator.Environment[variable] == portal.Environment[variable] {
			t.Errorf("portal and validator share %s", variable)
		}
	}
}

// TestABrowserSitsBesideNoPages: what makes proofs of status takes nothing from outside, and nothing else runs in its image.
func TestABrowserSitsBesideNoPages(t *testing.T) {
	services := compose(t)
	proofs := services["proofs"]
	if proofs.Build.Target != "proofs" || proofs.Environment["PRPORTAL_ROLES"] != "proofs" || len(proofs.Ports) > 0 ||
		slices.Contains(proofs.Networks, "edge") || !proofs.ReadOnly || !slices.Equal(proofs.CapDrop, []string{"ALL"}) ||
		!slices.Contains(proofs.SecurityOpt, "no-new-privileges:true") || len(proofs.Tmpfs) != 1 {
		t.Errorf("proofs: %+v", proofs)
	}
	for variable := range proofs.Environment {
		for _, part := range []string{"KAFKA", "SMTP", "MAIL", "URL_", "_LISTEN"} {
			if strings.Contains(variable, part) && variable != "PRPORTAL_OPS_LISTEN" {
				t.Errorf("proofs has %s", variable)
			}
		}
	}
	for name, s := range services {
		if name == "proofs" {
			continue
		}
		if s.Build.Target == "proofs" || s.Image == proofs.Image || strings.Contains(s.Environment["PRPORTAL_ROLES"], "proofs") {
			t.Errorf("%s runs beside a browser", name)
		}
		if key := proofs.Environment["PRPORTAL_S3_ACCESS_KEY"]; s.Environment["PRPORTAL_S3_ACCESS_KEY"] == key {
			t.Errorf("%s shares keys with proofs", name)
		}
	}
	image := read(t, "portal.Dockerfile")
	if with := regexp.MustCompile(`install-packages.sh .*\bproofs\b`).FindAllString(image, -1); len(with) != 1 ||
		!strings.Contains(image, " AS portal\n") || strings.Index(image, " AS portal\n") < strings.Index(image, with[0]) {
		t.Error("the browser is not in its own image alone, or a plain build gives that one")
	}
}

// TestIngestHasNoKeysToPhotos: it reads personal data from Kafka into the database, and needs nothing else.
func TestIngestHasNoKeysToPhotos(t *testing.T) {
	services := compose(t)
	for variable := range services["ingest"].Environment {
		for _, part := range []string{"S3", "SMTP", "MAIL", "URL"} {
			if strings.Contains(variable, part) && variable != "PRPORTAL_DATABASE_URL" {
				t.Errorf("ingest has %s", variable)
			}
		}
	}
	if networks := services["ingest"].Networks; slices.Contains(networks, "edge") || len(services["ingest"].Ports) != 0 {
		t.Errorf("ingest can be reached from outside: networks %v", networks)
	}
}

func TestDockerfiles(t *testing.T) {
	module := found(map[string]string{"": read(t, "../go.mod")}, `(?m)^go (\d+\.\d+)`)[0]
	files, err := filepath.Glob("*.Dockerfile")
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		text := read(t, file)
		stages := found(map[string]string{"": text}, `(?m)^FROM (\S+)`)
		if len(stages) != 2 || !strings.HasPrefix(stages[0], "debian:12.") || !strings.HasPrefix(stages[1], "golang:"+module+".") ||
			!strings.HasSuffix(stages[1], "-bookworm") {
			t.Errorf("%s is made of %v", file, stages)
		}
		for _, copied := range regexp.MustCompile(`(?m)^COPY ([^-].*) \S+$`).FindAllStringSubmatch(text, -1) {
			for source := range strings.FieldsSeq(copied[1]) {
				if _, err := os.Stat(filepath.Join("..", source)); err != nil {
					t.Errorf("%s copies what is not there: %v", file, err)
				}
			}
		}
		if !regexp.MustCompile(`(?m)^USER [1-9][0-9]+:[1-9][0-9]+$`).MatchString(text) {
			t.Errorf("%s runs as root", file)
		}
	}
}
