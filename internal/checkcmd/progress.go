package checkcmd

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

const (
	barAfter  = time.Second      // a run shorter than this needs no progress
	lineEvery = 10 * time.Second // elsewhere than in a terminal
)

// progress shows how far a long run is: a bar in a terminal, elsewhere a line now and then.
type progress struct {
	to       io.Writer
	terminal bool
	total    int

	finished int
	begin    time.Time
	line     time.Time // of the last line
	bar      *progressbar.ProgressBar
}

func newProgress(to io.Writer, total int, now time.Time) *progress {
	f, ok := to.(*os.File)
	return &progress{to: to, terminal: ok && term.IsTerminal(int(f.Fd())), total: total, begin: now, line: now}
}

// done counts one more photo.
func (p *progress) done(now time.Time) {
	p.finished++
	switch {
	case p.finished == p.total:
	case !p.terminal:
		if now.Sub(p.line) >= lineEvery {
			p.line = now
			fmt.Fprintf(p.to, "%d of %d photos judged\n", p.finished, p.total)
		}
	case p.bar != nil:
		_ = p.bar.Add(1) // a bar that cannot be drawn is no reason to stop
	case now.Sub(p.begin) >= barAfter:
		p.bar = progressbar.NewOptions(p.total, progressbar.OptionSetWriter(p.to), progressbar.OptionSetDescription("judging photos"),
			progressbar.OptionShowCount(), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish())
		_ = p.bar.Set(p.finished)
	}
}

// hide takes the bar away, so that a line can be written in its place.
func (p *progress) hide() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
