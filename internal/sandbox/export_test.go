package sandbox

// PIDs are the process ids of the child and its spare.
func (c *Child) PIDs() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	var pids []int
	for _, p := range []*process{c.current, c.spare} {
		if p != nil && p.neverRan == nil {
			pids = append(pids, p.cmd.Process.Pid)
		}
	}
	return pids
}
