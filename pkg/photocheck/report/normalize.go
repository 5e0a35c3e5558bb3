package report

// Normalize replaces nil arrays by empty ones, so that readers in other languages never meet null for a list.
func Normalize(r Report) Report {
	if r.Reasons == nil {
		r.Reasons = []Reason{}
	}
	checks := make([]Check, len(r.Checks))
	for i, c := range r.Checks {
		evidence := make([]Evidence, len(c.Evidence))
		for j, e := range c.Evidence {
			if e.Points == nil {
				e.Points = [][2]float64{}
			}
			evidence[j] = e
		}
		c.Evidence = evidence
		checks[i] = c
	}
	r.Checks = checks
	return r
}

// Number returns a pointer to v, for the optional numbers of a report.
func Number(v float64) *float64 { return &v }
