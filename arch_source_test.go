package cloison_test

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What the rules look for inside a file. A package is known by its import, whatever its local name.

// uses lists where f names something of an imported package: uses(f, "time", "Now").
func uses(f *file, pkg string, names ...string) []token.Pos {
	local, ok := f.imports[pkg]
	if !ok {
		return nil
	}
	var found []token.Pos
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && x.Name == local && slices.Contains(names, selector.Sel.Name) {
			found = append(found, selector.Pos())
		}
		return true
	})
	if local == "." { // a dot import hides the package: any use of the names counts
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if x, ok := n.(*ast.Ident); ok && slices.Contains(names, x.Name) {
				found = append(found, x.Pos())
			}
			return true
		})
	}
	return found
}

// calls lists where f calls a method or function of that name, on anything.
func calls(f *file, name string) []token.Pos {
	var found []token.Pos
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if selector, ok := call.Fun.(*ast.SelectorExpr); ok && selector.Sel.Name == name {
				found = append(found, call.Pos())
			}
		}
		return true
	})
	return found
}

// texts lists the string literals of f that match.
func texts(f *file, pattern *regexp.Regexp) []token.Pos {
	var found []token.Pos
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		if text, err := strconv.Unquote(literal.Value); err == nil && pattern.MatchString(text) {
			found = append(found, literal.Pos())
		}
		return true
	})
	return found
}

var (
	// statement is SQL as a program writes it.
	statement = regexp.MustCompile(`(?is)^\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\S+\s+as\s*\(|truncate\s|lock\s+table\s|merge\s+into\s)`)
	// ambient is time that PostgreSQL takes by itself.
	ambient = regexp.MustCompile(`(?i)\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b|'now'\s*(::|\))`)
)

// where writes positions for a person.
func where(f *file, positions []token.Pos, what string) []string {
	var lines []string
	for _, pos := range positions {
		lines = append(lines, f.at(pos)+" "+what)
	}
	return lines
}

// madeStatements lists where a statement is put together by a call, or by a format: a constant, or constants that are joined, are none.
func madeStatements(f *file) []token.Pos {
	var found []token.Pos
	called := func(n ast.Node) (is bool) {
		ast.Inspect(n, func(n ast.Node) bool {
			_, call := n.(*ast.CallExpr)
			is = is || call
			return !is
		})
		return is
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		switch {
		case !ok:
		case slices.Contains([]string{"Exec", "Query", "QueryRow"}, selector.Sel.Name) && len(call.Args) > 1 && called(call.Args[1]):
			found = append(found, call.Pos())
		case strings.HasPrefix(selector.Sel.Name, "Sprint") && len(call.Args) > 0:
			if literal, ok := call.Args[0].(*ast.BasicLit); ok {
				if text, err := strconv.Unquote(literal.Value); err == nil && statement.MatchString(text) {
					found = append(found, call.Pos())
				}
			}
		}
		return true
	})
	return found
}
