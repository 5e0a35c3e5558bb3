package deploy_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestMetricsThatAreWatchedExist: a dashboard or an alert on a name that no program exports would stay empty and silent.
func TestMetricsThatAreWatchedExist(t *testing.T) {
	exported := found(sources(t), `"(prportal_[a-z0-9_]+)"`)
	if len(exported) < 10 {
		t.Fatalf("only %v were found in the programs", exported)
	}
	files, err := filepath.Glob("grafana/dashboards/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range append(files, "prometheus/alerts.yml", "prometheus/alerts_test.yml") {
		text := read(t, file)
		watched := found(map[string]string{"": text}, `\b(prportal_[a-z0-9_]+)`)
		if len(watched) < 5 {
			t.Errorf("%s watches %v only", file, watched)
		}
		for _, name := range watched {
			if base := regexp.MustCompile(`_(bucket|count|sum)$`).ReplaceAllString(name, ""); !slices.Contains(exported, base) {
				t.Errorf("%s: no program exports %s", file, name)
			}
		}
	}
}

func TestEveryAlertHasAPlaybookAndATest(t *testing.T) {
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert       string
				Labels      map[string]string
				Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "prometheus/alerts.yml")), &file); err != nil {
		t.Fatal(err)
	}
	operations, tests := read(t, "../docs/operations.md"), read(t, "prometheus/alerts_test.yml")
	alerts := 0
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			alerts++
			if r.Annotations["runbook"] != "docs/operations.md#"+strings.ToLower(r.Alert) || !strings.Contains(operations, "\n### "+r.Alert+"\n") {
				t.Errorf("%s: no playbook at %q", r.Alert, r.Annotations["runbook"])
			}
			if !strings.Contains(tests, "alertname: "+r.Alert+"\n        exp_alerts") {
				t.Errorf("%s: no test shows that it fires", r.Alert)
			}
			if r.Annotations["summary"] == "" || !slices.Contains([]string{"page", "ticket"}, r.Labels["severity"]) {
				t.Errorf("%s: summary %q, severity %q", r.Alert, r.Annotations["summary"], r.Labels["severity"])
			}
		}
	}
	if alerts < 8 {
		t.Errorf("only %d alerts were read", alerts)
	}
}

// TestDashboard: Grafana loads a broken file without a word.
func TestDashboard(t *testing.T) {
	var board struct {
		UID    string `json:"uid"`
		Title  string `json:"title"`
		Panels []struct {
			ID          int            `json:"id"`
			Type        string         `json:"type"`
			Title       string         `json:"title"`
			Description string         `json:"description"`
			Datasource  map[string]any `json:"datasource"`
			GridPos     struct{ X, Y, W, H int }
			Targets     []struct{ Expr string }
		} `json:"panels"`
	}
	if err := json.Unmarshal([]byte(read(t, "grafana/dashboards/prportal.json")), &board); err != nil {
		t.Fatal(err)
	}
	source := found(map[string]string{"": read(t, "grafana/provisioning/datasources/prometheus.yaml")}, `uid: (\S+)`)
	if board.UID == "" || board.Title == "" || len(board.Panels) < 10 || len(source) != 1 {
		t.Fatalf("%q %q, %d panels, data sources %v", board.UID, board.Title, len(board.Panels), source)
	}
	ids, taken := map[int]bool{}, map[[2]int]string{}
	for _, p := range board.Panels {
		if ids[p.ID] {
			t.Errorf("panel %q repeats id %d", p.Title, p.ID)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := taken[[2]int{x, y}]; other != "" || x >= 24 {
					t.Fatalf("panel %q lies on %q or outside", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		if p.Type == "row" {
			continue
		}
		if p.Title == "" || p.Description == "" || len(p.Targets) == 0 || p.Datasource["uid"] != source[0] {
			t.Errorf("panel %q has no description, no query or another data source than %s", p.Title, source[0])
		}
	}
}
