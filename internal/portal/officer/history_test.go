package officer

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// madeActions are those whose names the code makes from something else, by the expression.
var madeActions = map[string][]string{
	`string(action)`:           {}, // what it is stands where it is set: in the next four
	`casefile.Queue`:           {"queue"},
	`casefile.ReleaseReturn`:   {"release_return"},
	`casefile.ReleaseAccept`:   {"release_accept"},
	`c.Decide(verdict)`:        {"queue", "auto_return"},
	`string(outcome)`:          {"accept", "return"},
	`"office_" + string(kind)`: {"office_moved", "office_not_come"},
}

// TestO4EveryActionOfTheHistoryHasWords reads the code for all that is ever written into a history.
func TestO4EveryActionOfTheHistoryHasWords(t *testing.T) {
	written, made := map[string]string{}, map[string]bool{}
	for dir, files := range packages(t, "../../../internal", "../../../cmd") {
		a := actionsOf(files)
		for _, name := range a.names {
			written[name] = dir
		}
		for _, expression := range a.others {
			names, ok := madeActions[expression]
			if !ok {
				t.Errorf("%s: this test can't tell which actions %s may be: write them into madeActions", dir, expression)
			}
			made[expression] = true
			for _, name := range names {
				written[name] = dir
			}
		}
	}
	for expression := range madeActions {
		if !made[expression] {
			t.Errorf("no action is made by %s any more", expression)
		}
	}
	known := slices.Concat(historyActions, officeActions)
	for name, dir := range written {
		if !slices.Contains(known, name) {
			t.Errorf("%s writes %q, for which the case page has no words", dir, name)
		}
	}
	for _, name := range known {
		if written[name] == "" {
			t.Errorf("nothing writes %q any more", name)
		}
	}
}

// packages parses the code below the roots, without its tests, by folder.
func packages(t *testing.T, roots ...string) map[string][]*ast.File {
	t.Helper()
	all := map[string][]*ast.File{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			all[filepath.Dir(path)] = append(all[filepath.Dir(path)], f)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// actions are those that a package writes.
type actions struct {
	names, others []string // others: expressions that stand for actions
	passed        bool     // an entry takes its action from something called action
	constants     map[string]string
	parameters    map[string]int // of functions, by their names: which one is called action
}

func actionsOf(files []*ast.File) *actions {
	a := &actions{constants: map[string]string{}, parameters: map[string]int{}}
	for _, pass := range []func(ast.Node) bool{a.declared, a.entries, a.called} {
		for _, f := range files {
			ast.Inspect(f, pass)
		}
	}
	return a
}

// declared notes constants, and functions that are told an action.
func (a *actions) declared(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if i < len(n.Values) && text(n.Values[i]) != "" {
				a.constants[name.Name] = text(n.Values[i])
			}
		}
	case *ast.FuncDecl:
		at := 0
		for _, field := range n.Type.Params.List {
			for _, name := range field.Names {
				if name.Name == "action" {
					a.parameters[n.Name.Name] = at
				}
				at++
			}
		}
	}
	return true
}

// entries notes the actions of entries of a history.
func (a *actions) entries(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CompositeLit:
		if n.Type == nil || !slices.Contains([]string{"store.Entry", "Entry"}, types.ExprString(n.Type)) {
			return true
		}
		for _, part := range n.Elts {
			if pair, ok := part.(*ast.KeyValueExpr); ok && types.ExprString(pair.Key) == "Action" {
				a.add(pair.Value)
			}
		}
	case *ast.AssignStmt:
		for i, to := range n.Lhs { // other things have actions too, but none of them is a text
			if field, ok := to.(*ast.SelectorExpr); ok && field.Sel.Name == "Action" && len(n.Rhs) == len(n.Lhs) && text(n.Rhs[i]) != "" {
				a.add(n.Rhs[i])
			}
		}
	}
	return true
}

// called notes what is given to something called action, if an entry takes its action from there.
func (a *actions) called(n ast.Node) bool {
	if !a.passed {
		return false
	}
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if types.ExprString(n.Key) == "action" {
			a.add(n.Value)
		}
	case *ast.AssignStmt:
		for i, to := range n.Lhs {
			if isAction(to) && len(n.Rhs) == len(n.Lhs) {
				a.add(n.Rhs[i])
			}
		}
	case *ast.CallExpr:
		name := types.ExprString(n.Fun)
		at, ok := a.parameters[name[strings.LastIndex(name, ".")+1:]]
		if ok && at < len(n.Args) {
			a.add(n.Args[at])
		}
	}
	return true
}

func (a *actions) add(value ast.Expr) {
	expression := types.ExprString(value)
	switch {
	case text(value) != "":
		a.names = append(a.names, text(value))
	case a.constants[expression] != "":
		a.names = append(a.names, a.constants[expression])
	case isAction(value):
		a.passed = true
	default:
		a.others = append(a.others, expression)
	}
}

func isAction(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "action"
	case *ast.SelectorExpr:
		return e.Sel.Name == "action"
	}
	return false
}

// text is what a literal text says, "" for anything else.
func text(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return s
}
