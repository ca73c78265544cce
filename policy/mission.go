package policy

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Mission is the policy of one mission: rules about its own actions, and the sentences of its own refusals.
type Mission struct {
	Name  string // its actions begin with it: family.case.get
	Files fs.FS  // *.rego
	Rules []RuleInfo
}

// open are the definitions that a mission may add a case to: who sees what, and who may sign in at the portal.
var open = []string{"visible", "on_administrative_portal"}

// join adds the missions' rules to the zone's own. A mission that says anything of another's actions, or redefines a fact that the zone decides
// by, is refused (TestAMissionRulesItsOwnActionsOnly).
func join(modules map[string]string, missions []Mission) (map[string]RuleInfo, error) {
	rules := maps.Clone(ruleTable)
	for _, m := range missions {
		names, err := fs.Glob(m.Files, "*.rego")
		if err != nil || len(names) == 0 {
			return nil, fmt.Errorf("reading the policy of mission %s: no rule (%v)", m.Name, err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(m.Files, name)
			if err != nil {
				return nil, fmt.Errorf("reading the policy of mission %s: %w", m.Name, err)
			}
			if err := m.owns(name, string(text)); err != nil {
				return nil, err
			}
			modules["missions/"+m.Name+"/"+name] = string(text)
		}
		for _, info := range m.Rules {
			if _, twice := rules[info.Code]; twice {
				return nil, fmt.Errorf("reading the policy of mission %s: rule %s stands twice", m.Name, info.Code)
			}
			rules[info.Code] = info
		}
	}
	return rules, nil
}

func (m Mission) owns(name, text string) error {
	module, err := ast.ParseModuleWithOpts(name, text, ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: capabilities()})
	if err != nil {
		return fmt.Errorf("parsing %s of mission %s: %w", name, m.Name, err)
	}
	for _, rule := range module.Rules {
		ref := rule.Head.Ref()
		what, _ := ref[0].Value.(ast.Var)
		fact := string(what)
		if (fact == "zones" || fact == "conditions") && len(ref) == 2 {
			if action, ok := ref[1].Value.(ast.String); ok && strings.HasPrefix(string(action), m.Name+".") {
				continue
			}
		}
		if !strings.HasPrefix(fact, m.Name+"_") && !slices.Contains(open, fact) {
			return fmt.Errorf("%s of mission %s defines %s, which is not its own", name, m.Name, ref)
		}
	}
	return nil
}
