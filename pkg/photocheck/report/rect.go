package report

import (
	"encoding/json"
	"fmt"
)

// MarshalJSON writes [x,y,width,height].
func (r Rect) MarshalJSON() ([]byte, error) {
	return json.Marshal([4]int{r.X, r.Y, r.Width, r.Height})
}

// UnmarshalJSON reads [x,y,width,height].
func (r *Rect) UnmarshalJSON(b []byte) error {
	var v []int
	if err := json.Unmarshal(b, &v); err != nil {
		return fmt.Errorf("rectangle: %w", err)
	}
	if len(v) != 4 {
		return fmt.Errorf("rectangle: want 4 numbers, got %d", len(v))
	}
	*r = Rect{v[0], v[1], v[2], v[3]}
	return nil
}
