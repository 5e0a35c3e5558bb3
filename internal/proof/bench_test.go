package proof

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"prportal.example/internal/store"
)

// BenchmarkDocument makes a document from start to end, browser and all. It tells the most memory that all of the browser's
// processes had together (what they share counted once), looked at every few milliseconds.
func BenchmarkDocument(b *testing.B) {
	browser := chromium(b)
	html, err := write(store.Proof{Number: newNumber()}, ngoc, issuedAt)
	if err != nil {
		b.Fatal(err)
	}
	stop, most := make(chan struct{}), make(chan float64)
	go func() {
		peak := 0.0
		for {
			select {
			case <-stop:
				most <- peak
				return
			case <-time.After(5 * time.Millisecond):
				peak = max(peak, browserMemory())
			}
		}
	}()
	size, before := 0, childrenTime()
	for b.Loop() {
		pdf, err := browser.Print(b.Context(), html)
		if err != nil {
			b.Fatal(err)
		}
		size = len(pdf)
	}
	close(stop)
	b.ReportMetric((childrenTime()-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(<-most/(1<<20), "peak-MB")
	b.ReportMetric(float64(size)/1024, "KB/document")
}

// childrenTime is the processor time of all children that have ended.
func childrenTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// browserMemory sums the memory of all processes that are in a group with one that has one of our folders on its command line.
func browserMemory() float64 {
	groups, members := map[string]bool{}, map[string][]string{}
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, p := range processes {
		stat, err := os.ReadFile(p + "/stat")
		if err != nil {
			continue // it has ended
		}
		after := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		command, _ := os.ReadFile(p + "/cmdline")
		if strings.Contains(string(command), strings.TrimSuffix(folderPattern, "*")) {
			groups[after[2]] = true
		}
		members[after[2]] = append(members[after[2]], p)
	}
	sum := 0.0
	for group := range groups {
		for _, p := range members[group] {
			rollup, _ := os.ReadFile(p + "/smaps_rollup")
			for line := range strings.Lines(string(rollup)) {
				if f := strings.Fields(line); f[0] == "Pss:" {
					kb, _ := strconv.ParseFloat(f[1], 64)
					sum += kb * 1024
				}
			}
		}
	}
	return sum
}
