package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"prportal.example/internal/testenv"
	"prportal.example/internal/testenv/crowd"
)

// plannedPeople is enough for both databases to prefer an index wherever there is one.
const plannedPeople = 3_000

func TestPlansOnSQLite(t *testing.T)     { plans(t, testenv.SQLite) }
func TestPlansOnPostgreSQL(t *testing.T) { plans(t, testenv.Postgres) }

// plans runs every method of Tx on large tables and looks at the plans of all of its statements.
func plans(t *testing.T, database func(testing.TB) string) {
	ctx := context.Background()
	address := database(t)
	s, err := Open(ctx, Config{URL: address})
	noFault(t, err)
	t.Cleanup(func() { noFault(t, s.Close()) })
	noFault(t, s.Migrate(ctx))
	people := crowd.People(t, plannedPeople)
	crowd.Fill(t, address, people, plansNow)
	all := planned(ctx, people)
	var partial []string
	if !s.postgres {
		partial, err = many(ctx, s.queries, "indexes", func(r scanner) (name string, err error) { return name, r.Scan(&name) },
			`SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'`)
		noFault(t, err)
	}
	listed := map[string]bool{}
	for name, m := range all {
		method, _, _ := strings.Cut(name, " ")
		listed[method] = true
		t.Run(name, func(t *testing.T) {
			raw, err := s.write.BeginTx(ctx, nil)
			noFault(t, err)
			m.reads = max(m.reads*people/plannedPeople, readAtMost)
			p := &planner{executor: raw, t: t, method: m, postgres: s.postgres, partial: partial}
			err = m.call(&Tx{queries: queries{p}, postgres: s.postgres})
			noFault(t, errors.Join(err, raw.Rollback()))
			if p.statements == 0 {
				t.Fatal("no statement was run")
			}
			if !s.postgres && m.uses != "" && !p.uses {
				t.Errorf("%s is not used", m.uses)
			}
		})
	}
	for method := range reflect.TypeFor[*Tx]().Methods() {
		if !listed[method.Name] {
			t.Errorf("%s: add it to the list of what is planned", method.Name)
		}
	}
}

func noFault(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// planner looks at the plan of each statement before it runs it.
type planner struct {
	executor
	t          *testing.T
	method     method
	postgres   bool
	partial    []string // indexes of SQLite
	statements int
	uses       bool
}

// ExecContext runs a statement.
func (p *planner) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	p.plan(ctx, query, args)
	return p.executor.ExecContext(ctx, query, args...)
}

// QueryContext asks for rows.
func (p *planner) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	p.plan(ctx, query, args)
	return p.executor.QueryContext(ctx, query, args...)
}

// QueryRowContext asks for a row.
func (p *planner) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	p.plan(ctx, query, args)
	return p.executor.QueryRowContext(ctx, query, args...)
}

func (p *planner) plan(ctx context.Context, query string, args []any) {
	p.t.Helper()
	p.statements++
	if strings.HasPrefix(query, "SET ") {
		return
	}
	if !p.postgres {
		steps, err := many(ctx, queries{p.executor}, "plan", func(r scanner) (step string, err error) {
			var id, parent, unused int
			return step, r.Scan(&id, &parent, &unused, &step)
		}, "EXPLAIN QUERY PLAN "+query, args...)
		noFault(p.t, err)
		p.uses = p.uses || slices.ContainsFunc(steps, func(step string) bool { return slices.Contains(strings.Fields(step), p.method.uses) })
		p.faults(query, strings.Join(steps, "\n"), sqliteFaults(steps, p.partial, p.method))
		return
	}
	for _, mode := range []string{"force_custom_plan", "force_generic_plan"} { // a statement that is run often gets the latter
		text, plan := p.explain(ctx, mode, query, args)
		p.faults(query, mode+"\n"+text, postgresFaults(plan, p.method))
	}
}

func (p *planner) faults(query, plan string, faults []string) {
	p.t.Helper()
	if len(faults) > 0 {
		p.t.Errorf("%s\n%s\n%s", strings.Join(faults, "; "), query, plan)
	}
}

var (
	sqliteScan  = regexp.MustCompile(`^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?$`)
	sqliteWide  = regexp.MustCompile(`\((?:kind|state|sent_at|done_at|closed_at|bulk)=\?`)
	sqliteSorts = "USE TEMP B-TREE FOR ORDER BY"
)

// sqliteFaults finds steps that read all of a table, find what is alike in very many rows, make an index for the one statement, or sort
// what should come in order. The entries of a partial index are few.
func sqliteFaults(steps, partial []string, m method) []string {
	var faults []string
	for _, step := range steps {
		scan := sqliteScan.FindStringSubmatch(step)
		switch {
		case scan != nil && !slices.Contains(m.scans, scan[1]) && !slices.Contains(partial, scan[2]),
			strings.Contains(step, "AUTOMATIC"),
			sqliteWide.MatchString(step) && m.reads <= readAtMost,
			m.ordered && step == sqliteSorts:
			faults = append(faults, step)
		}
	}
	return faults
}

// node is what is looked at in a plan of PostgreSQL.
type node struct {
	Type     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Rows     float64 `json:"Actual Rows"`
	Loops    float64 `json:"Actual Loops"`
	Filtered float64 `json:"Rows Removed by Filter"`
	Checked  float64 `json:"Rows Removed by Index Recheck"`
	Plans    []node
}

// explain lets PostgreSQL run a statement, and rolls that back.
func (p *planner) explain(ctx context.Context, mode, query string, args []any) (string, node) {
	p.t.Helper()
	run := func(statement string) {
		p.t.Helper()
		if _, err := p.executor.ExecContext(ctx, statement, pgx.QueryExecModeExec); err != nil {
			p.t.Fatalf("%s: %v", statement, err)
		}
	}
	literals := make([]string, len(args))
	for i, arg := range args {
		literals[i] = fmt.Sprint(arg)
		if text, ok := arg.(string); ok {
			literals[i] = "'" + strings.ReplaceAll(text, "'", "''") + "'"
		}
	}
	execute := "EXECUTE planned"
	if len(literals) > 0 {
		execute += "(" + strings.Join(literals, ", ") + ")"
	}
	run("SET LOCAL plan_cache_mode = " + mode)
	run("PREPARE planned AS " + query)
	run("SAVEPOINT planned")
	var text string
	noFault(p.t, p.executor.QueryRowContext(ctx, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "+execute, pgx.QueryExecModeExec).Scan(&text))
	run("ROLLBACK TO planned")
	run("DEALLOCATE planned")
	var out []struct{ Plan node }
	noFault(p.t, json.Unmarshal([]byte(text), &out))
	return text, out[0].Plan
}

// postgresFaults finds what reads all of a large table, and what reads many more rows than are wanted.
func postgresFaults(plan node, m method) []string {
	var faults []string
	read := 0.0
	var walk func(node)
	walk = func(n node) {
		large := n.Relation != "" && !slices.Contains(smallTables, n.Relation)
		if n.Type == "Seq Scan" && !slices.Contains(m.scans, n.Relation) && large {
			faults = append(faults, "Seq Scan on "+n.Relation)
		}
		if strings.HasSuffix(n.Type, "Scan") && large {
			read += (n.Rows + n.Filtered + n.Checked) * n.Loops
		}
		for _, child := range n.Plans {
			walk(child)
		}
	}
	walk(plan)
	if read > float64(m.reads) && len(m.scans) == 0 {
		faults = append(faults, fmt.Sprintf("%.0f rows are read, more than %d", read, m.reads))
	}
	return faults
}

// readAtMost is how many rows a statement about one person may read.
const readAtMost = 20

// smallTables have few rows, or none here: names that nobody has are found by hash and by time, and there is an index for each.
var smallTables = []string{"leases", "skips", "pending_uploads", "absent_names"}

var plansNow = time.UnixMilli(1_780_000_000_000)
