package evaluate

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Write writes e as JSON: the numbers indented, then one photo a line, so that two files can be compared by line.
func (e *Evaluation) Write(to io.Writer) error {
	head := *e
	head.Photos = nil
	text, err := json.MarshalIndent(head, "", " ")
	if err != nil {
		return fmt.Errorf("evaluation: %w", err)
	}
	numbers, ok := strings.CutSuffix(string(text), "null\n}")
	if !ok {
		return errors.New("evaluation: the photos are not its last field")
	}
	out := bufio.NewWriter(to)
	fmt.Fprint(out, numbers, "[")
	comma := ""
	for _, p := range e.Photos {
		line, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("evaluation: %w", err)
		}
		fmt.Fprintf(out, "%s\n  %s", comma, line)
		comma = ","
	}
	fmt.Fprint(out, "\n ]\n}\n")
	return out.Flush() // an error of any write above comes up here
}
