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
	to    io.Writer // nil where there is no terminal
	what  string
	bytes bool // counts bytes, not things
	total int64
	begin time.Time
	bar   *progressbar.ProgressBar
}

func newProgress(to io.Writer, quiet bool, what string, total int64) *progress {
	p := &progress{what: what, total: total, begin: time.Now()}
	if f, ok := to.(*os.File); ok && !quiet && term.IsTerminal(int(f.Fd())) {
		p.to = to
	}
	return p
}

// at says how far the run is.
func (p *progress) at(n int64) {
	if p.to == nil || p.total == 0 || p.bar == nil && time.Since(p.begin) < barAfter {
		return
	}
	if p.bar == nil {
		options := []progressbar.Option{progressbar.OptionSetWriter(p.to), progressbar.OptionSetDescription(p.what),
			progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100 * time.Millisecond)}
		if p.bytes {
			options = append(options, progressbar.OptionShowBytes(true))
		} else {
			options = append(options, progressbar.OptionShowCount())
		}
		p.bar = progressbar.NewOptions64(p.total, options...)
	}
	_ = p.bar.Set64(min(n, p.total)) // a bar that can't be drawn is no reason to stop
}

// end takes the bar away.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
