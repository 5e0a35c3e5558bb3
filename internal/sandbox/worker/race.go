//go:build race

package worker

// detector is what the race detector needs beside the child's own memory.
const detector = 2 << 30
