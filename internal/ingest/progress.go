package ingest

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// barAfter is how long a run takes before it shows how far it is.
const barAfter = time.Second

// progress is a bar in a terminal. Elsewhere there is none: logs need no bars.
type progress struct {
	total int64
	begin time.Time
	shown bool
	bar   *progressbar.ProgressBar // nil where there is no terminal
}

func newProgress(to io.Writer, quiet bool, what string, total int64) *progress {
	p := &progress{total: total, begin: time.Now()}
	if f, ok := to.(*os.File); ok && !quiet && total > 0 && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(to), progressbar.OptionSetDescription(what),
			progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	}
	return p
}

// at says how far the run is.
func (p *progress) at(n int64) {
	if p.bar == nil || time.Since(p.begin) < barAfter {
		return
	}
	p.shown = true
	_ = p.bar.Set64(min(n, p.total)) // a bar that can't be drawn is no reason to stop
}

// end takes the bar away.
func (p *progress) end() {
	if p.shown {
		_ = p.bar.Clear()
	}
}
