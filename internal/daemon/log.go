package daemon

import (
	"fmt"
	"io"
	"log/slog"
)

// LogLevelVariable names the environment variable with the least level that is logged: debug, info, warn or error.
const LogLevelVariable = "PRPORTAL_LOG_LEVEL"

// Logger writes one JSON object a line to w, from the level in PRPORTAL_LOG_LEVEL (info when it is absent) upwards. It fails
// when that variable holds no level.
func Logger(w io.Writer, getenv func(string) string) (*slog.Logger, error) {
	var level slog.Level
	if v := getenv(LogLevelVariable); v != "" {
		if err := level.UnmarshalText([]byte(v)); err != nil {
			return nil, fmt.Errorf("environment variable %s: want debug, info, warn or error, have %q", LogLevelVariable, v)
		}
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})), nil
}
