package stats

import "math"

// McNemar returns the exact two-sided p-value that as many photos changed for the worse as for the better, where broken and
// fixed are the counts of those that changed (Q. McNemar, 1947, with the binomial distribution in place of its approximation).
func McNemar(broken, fixed int) float64 {
	return min(1, 2*Sign(max(broken, fixed), min(broken, fixed)))
}

// Sign returns the exact one-sided p-value of at least that many broken ones among broken+fixed, if both were equally likely.
func Sign(broken, fixed int) float64 {
	n := broken + fixed
	p := 0.0
	for k := broken; k <= n; k++ {
		p += math.Exp(logChoose(n, k) - float64(n)*math.Ln2)
	}
	return min(1, p)
}

func logChoose(n, k int) float64 {
	gamma := func(v int) float64 { g, _ := math.Lgamma(float64(v) + 1); return g }
	return gamma(n) - gamma(k) - gamma(n-k)
}
