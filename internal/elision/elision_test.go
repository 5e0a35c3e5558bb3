package elision

import "testing"

func TestFill(t *testing.T) {
	for _, c := range []struct {
		text, want string
		values     []any
	}{
		{"Photo de %s : acceptée", "Photo d’Aurélie Roy : acceptée", []any{"Aurélie Roy"}},
		{"Photo de %s : acceptée", "Photo d’Éva : acceptée", []any{"Éva"}},
		{"Photo de %s : acceptée", "Photo d’Ấn : acceptée", []any{"Ấn"}},
		{"Photo de %s : acceptée", "Photo de Zoë : acceptée", []any{"Zoë"}},
		{"Photo de %s : acceptée", "Photo de Hassan : acceptée", []any{"Hassan"}},
		{"Photo de %s : acceptée", "Photo de Yann : acceptée", []any{"Yann"}},
		{"Photo de %s : acceptée", "Photo de 阿明 : acceptée", []any{"阿明"}},
		{"Photo de %s : acceptée", "Photo de  : acceptée", []any{""}},
		{"Est-ce que %s est au Canada?", "Est-ce qu’Omar est au Canada?", []any{"Omar"}},
		{"Que %s soit là avant le %s", "Qu’Anna soit là avant le 1er avril", []any{"Anna", "1er avril"}},
		{"%d %% de %s et de %s", "5 % d’Ana et de Mia", []any{5, "Ana", "Mia"}},
		{"Code %s", "Code Ana", []any{"Ana"}},
		{"Photo of %s: guide %s", "Photo of Ana: guide Ana", []any{"Ana", "Ana"}},
		{"de %[2]s, de %[1]s", "de Ana, de Mia", []any{"Mia", "Ana"}},
		{"D’ici %s", "D’ici une semaine", []any{"une semaine"}},
	} {
		if got := Fill(c.text, c.values...); got != c.want {
			t.Errorf("%q became %q, not %q", c.text, got, c.want)
		}
	}
}
