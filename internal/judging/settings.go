package judging

import (
	"flag"
	"log/slog"
	"runtime"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"prportal.example/internal/sandbox"
	"prportal.example/pkg/photocheck/profile"
)

// Settings are what every command that judges files lets people say of how it is done.
type Settings struct {
	models, profile string
	workers         int
}

// Flags adds the settings to a command's flags.
func (s *Settings) Flags(flags *flag.FlagSet) {
	flags.StringVar(&s.models, "models", "", "`folder` with the models")
	flags.StringVar(&s.profile, "profile", profile.DefaultName, "`rules` to judge by: "+strings.Join(profile.Embedded(), ", ")+", or a file")
	flags.IntVar(&s.workers, "workers", runtime.NumCPU(), "photos judged at once")
}

// Open finds models and rules and returns who judges by them.
func (s *Settings) Open(getenv func(string) string) (Judge, *profile.Profile, error) {
	j := Judge{
		Config:  sandbox.Config{Registry: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler)},
		Workers: s.workers,
	}
	rules, err := profile.Open(s.profile)
	if err != nil {
		return Judge{}, nil, err
	}
	if j.Config.Models, err = sandbox.FindModels(s.models, getenv); err != nil {
		return Judge{}, nil, err
	}
	j.Config.Profile = rules.Text()
	return j, rules, nil
}
