package judging

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

// Progress shows how far a long run is: a bar in a terminal, elsewhere a line now and then.
type Progress struct {
	to       io.Writer
	terminal bool
	total    int

	finished int
	begin    time.Time
	line     time.Time // of the last line
	bar      *progressbar.ProgressBar
}

// NewProgress starts counting to total photos; now is when the run began.
func NewProgress(to io.Writer, total int, now time.Time) *Progress {
	f, ok := to.(*os.File)
	return &Progress{to: to, terminal: ok && term.IsTerminal(int(f.Fd())), total: total, begin: now, line: now}
}

// Done counts one more photo.
func (p *Progress) Done(now time.Time) {
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

// Hide takes the bar away, so that a line can be written in its place.
func (p *Progress) Hide() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
