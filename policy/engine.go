package policy

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"
)

//go:embed rego/*.rego
var regoFiles embed.FS

const (
	decisionQuery = "data.cloison.decision"
	actionsQuery  = "data.cloison.zones"
	// explainQuery gives the decision beside the conditions that it comes from, in one evaluation.
	explainQuery = `{"decision": data.cloison.decision, "conditions": [one | some one in data.cloison.conditions[input.action]]}`
)

// DecisionTime bounds one decision, which takes under a millisecond of a processor: the rest is for a machine that has none to give. What takes
// longer is refused (TestASlowRuleAllowsNothing).
const DecisionTime = 10 * time.Second

// allowedBuiltins is everything a rule may call. It is a list of what is allowed, so that a later version of the engine adds
// nothing by itself; none reads the network, a clock, chance or the process (TestNoRuleReachesOutside).
var allowedBuiltins = map[string]bool{
	"assign": true, "eq": true, "equal": true, "neq": true, "gt": true, "gte": true, "lt": true, "lte": true,
	"count": true, "array.concat": true, "floor": true, "regex.match": true,
	"is_array": true, "is_number": true, "is_object": true, "is_string": true, "internal.member_2": true, "internal.test_case": true,
}

// Engine answers queries with the rules compiled in the binary. Safe for concurrent use.
type Engine struct {
	query    rego.PreparedEvalQuery
	compiler *ast.Compiler
	digest   string
	limit    time.Duration
	rules    map[string]RuleInfo
}

// New compiles the rules, strictly, once.
func New() (*Engine, error) { return NewFrom(regoFiles) }

// With is New, with the rules of the missions that the program serves.
func With(missions ...Mission) (*Engine, error) {
	modules, err := readModules(regoFiles)
	if err != nil {
		return nil, err
	}
	return newEngine(modules, missions...)
}

// NewFrom compiles the rules of another folder that holds rego/*.rego, to compare them with those of the program. The sentences and kinds of
// rules stay the program's. The missions' rules are the program's own.
func NewFrom(folder fs.FS, missions ...Mission) (*Engine, error) {
	modules, err := readModules(folder)
	if err != nil {
		return nil, err
	}
	if len(modules) == 0 {
		return nil, errors.New("no policy: the folder holds no rego/*.rego")
	}
	return newEngine(modules, missions...)
}

func newEngine(modules map[string]string, missions ...Mission) (*Engine, error) {
	rules, err := join(modules, missions)
	if err != nil {
		return nil, err
	}
	compiler, err := compile(modules)
	if err != nil {
		return nil, err
	}
	query, err := prepare(compiler, decisionQuery)
	if err != nil {
		return nil, err
	}
	return &Engine{query: query, compiler: compiler, digest: digestOf(modules, slices.Collect(maps.Values(rules))), limit: DecisionTime, rules: rules}, nil
}

func prepare(compiler *ast.Compiler, query string) (rego.PreparedEvalQuery, error) {
	prepared, err := rego.New(rego.Query(query), rego.Compiler(compiler), rego.StrictBuiltinErrors(true)).PrepareForEval(context.Background())
	if err != nil {
		return prepared, fmt.Errorf("preparing the policy query: %w", err)
	}
	return prepared, nil
}

// readModules gives the rules of a folder without their tests.
func readModules(folder fs.FS) (map[string]string, error) {
	modules := make(map[string]string)
	names, err := fs.Glob(folder, "rego/*.rego")
	if err != nil {
		return nil, fmt.Errorf("listing the policy: %w", err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.rego") {
			continue
		}
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		modules[name] = string(text)
	}
	return modules, nil
}

func compile(modules map[string]string) (*ast.Compiler, error) {
	parsed := make(map[string]*ast.Module, len(modules))
	for name, text := range modules {
		module, err := ast.ParseModuleWithOpts(name, text, ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: capabilities()})
		if err != nil {
			return nil, fmt.Errorf("parsing %s: %w", name, err)
		}
		parsed[name] = module
	}
	compiler := ast.NewCompiler().WithStrict(true).WithCapabilities(capabilities()).WithDefaultRegoVersion(ast.RegoV1)
	compiler.Compile(parsed)
	if compiler.Failed() {
		return nil, fmt.Errorf("compiling the policy: %w", compiler.Errors)
	}
	return compiler, nil
}

func capabilities() *ast.Capabilities {
	all := ast.CapabilitiesForThisVersion()
	kept := all.Builtins[:0:0]
	for _, builtin := range all.Builtins {
		if allowedBuiltins[builtin.Name] {
			kept = append(kept, builtin)
		}
	}
	all.Builtins = kept
	all.AllowNet = []string{}
	return all
}

// digestOf is the SHA-256 of the rules and of the table of sentences and kinds, by name. It stands in every entry.
func digestOf(modules map[string]string, rules []RuleInfo) string {
	names := make([]string, 0, len(modules))
	for name := range modules {
		names = append(names, name)
	}
	sort.Strings(names)
	sum := sha256.New()
	for _, name := range names {
		fmt.Fprintf(sum, "%s %d\n%s", name, len(modules[name]), modules[name])
	}
	sort.Slice(rules, func(i, j int) bool { return rules[i].Code < rules[j].Code })
	table, err := json.Marshal(rules)
	if err != nil {
		panic(fmt.Sprintf("a table of strings always encodes: %v", err))
	}
	fmt.Fprintf(sum, "rules.go %d\n%s", len(table), table)
	return hex.EncodeToString(sum.Sum(nil))
}

// Digest is the hex SHA-256 of the policy set.
func (e *Engine) Digest() string { return e.digest }

// Decide answers q. An error means that there is no decision: the caller must refuse.
func (e *Engine) Decide(ctx context.Context, q Query) (Decision, error) {
	value, err := e.evaluate(ctx, e.query, q)
	if err != nil {
		return Decision{}, err
	}
	return e.decisionFrom(value)
}

func (e *Engine) evaluate(ctx context.Context, query rego.PreparedEvalQuery, q Query) (any, error) {
	ctx, end := context.WithTimeout(ctx, e.limit)
	defer end()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("evaluating the policy for %s: %w", q.Action, context.Cause(ctx))
	}
	input, err := inputOf(reflect.ValueOf(q))
	if err != nil {
		return nil, fmt.Errorf("reading the policy query: %w", err)
	}
	// Without this the engine starts a goroutine beside each evaluation, to wait for the end of ctx.
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	results, err := query.Eval(ctx, rego.EvalParsedInput(input.Value), rego.EvalExternalCancel(cancel), rego.EvalMetrics(metrics.NoOp()))
	if err != nil {
		return nil, fmt.Errorf("evaluating the policy for %s: %w", q.Action, errors.Join(context.Cause(ctx), err))
	}
	if len(results) != 1 || len(results[0].Expressions) != 1 {
		return nil, fmt.Errorf("evaluating the policy for %s: no decision", q.Action)
	}
	return results[0].Expressions[0].Value, nil
}

var errShape = errors.New("the policy answered something that is not a decision")

func (e *Engine) decisionFrom(value any) (Decision, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return Decision{}, errShape
	}
	allow, okAllow := object["allow"].(bool)
	rule, okRule := object["rule"].(string)
	visible, okVisible := object["visible"].(bool)
	if !okAllow || !okRule || !okVisible || rule == "" {
		return Decision{}, errShape
	}
	if allow {
		return Decision{Allow: true, Rule: rule, Visible: true}, nil
	}
	info, ok := e.rules[rule]
	if !ok {
		return Decision{}, fmt.Errorf("the policy refused by %q, which is in no table", rule)
	}
	return Decision{Rule: rule, Visible: visible, Sentence: info.Sentence, Kind: info.Kind}, nil
}
