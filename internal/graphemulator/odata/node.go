package odata

import "strings"

// Operators as they are written in canonical form and named in Clause.Operator.
const (
	operatorEqual              = "eq"
	operatorNotEqual           = "ne"
	operatorGreaterThan        = "gt"
	operatorGreaterThanOrEqual = "ge"
	operatorLessThan           = "lt"
	operatorLessThanOrEqual    = "le"
	operatorIn                 = "in"
	operatorStartsWith         = "startswith"
	operatorEndsWith           = "endswith"
	operatorContains           = "contains"

	quantifierAny = "any"
	quantifierAll = "all"

	countSegment = "$count"
)

// node is one part of a filter's tree.
type node interface {
	// write appends the node in canonical form.
	write(b *strings.Builder)
	// match evaluates the node against the entity or, inside a lambda, one element.
	match(value any) (bool, error)
	// children are the nodes directly below.
	children() []node
}

// path leads to a property. Inside a lambda it begins with the range variable, and
// its segments are relative to the element.
type path struct {
	variable string
	segments []string
	count    bool
}

type (
	disjunction struct{ operands []node }
	conjunction struct{ operands []node }
	negation    struct{ operand node }

	comparison struct {
		path     path
		operator string
		value    literal
	}

	membership struct {
		path   path
		values []literal
	}

	function struct {
		name  string
		path  path
		value literal
	}

	lambda struct {
		path       path
		quantifier string
		variable   string
		// body is nil in any(), which asks whether there is an element at all.
		body node
	}
)

func (n *disjunction) children() []node { return n.operands }
func (n *conjunction) children() []node { return n.operands }
func (n *negation) children() []node    { return []node{n.operand} }
func (n *comparison) children() []node  { return nil }
func (n *membership) children() []node  { return nil }
func (n *function) children() []node    { return nil }

func (n *lambda) children() []node {
	if n.body == nil {
		return nil
	}

	return []node{n.body}
}

// name is the path as a caller would write it in a table of properties: without
// range variable and $count.
func (p path) name() string {
	return strings.Join(p.segments, "/")
}

func (p path) String() string {
	parts := make([]string, 0, len(p.segments)+2)
	if p.variable != "" {
		parts = append(parts, p.variable)
	}

	parts = append(parts, p.segments...)
	if p.count {
		parts = append(parts, countSegment)
	}

	return strings.Join(parts, "/")
}

func (n *disjunction) write(b *strings.Builder) {
	for i, operand := range n.operands {
		if i > 0 {
			b.WriteString(" or ")
		}

		operand.write(b)
	}
}

func (n *conjunction) write(b *strings.Builder) {
	for i, operand := range n.operands {
		if i > 0 {
			b.WriteString(" and ")
		}

		if _, ok := operand.(*disjunction); ok {
			writeInParentheses(b, operand)
		} else {
			operand.write(b)
		}
	}
}

func (n *negation) write(b *strings.Builder) {
	b.WriteString("not ")

	switch n.operand.(type) {
	case *function, *lambda, *negation:
		n.operand.write(b)
	default:
		writeInParentheses(b, n.operand)
	}
}

func (n *comparison) write(b *strings.Builder) {
	b.WriteString(n.path.String() + " " + n.operator + " " + n.value.String())
}

func (n *membership) write(b *strings.Builder) {
	b.WriteString(n.path.String() + " in (")

	for i, value := range n.values {
		if i > 0 {
			b.WriteByte(',')
		}

		b.WriteString(value.String())
	}

	b.WriteByte(')')
}

func (n *function) write(b *strings.Builder) {
	b.WriteString(n.name + "(" + n.path.String() + "," + n.value.String() + ")")
}

func (n *lambda) write(b *strings.Builder) {
	b.WriteString(n.path.String() + "/" + n.quantifier + "(")

	if n.body != nil {
		b.WriteString(n.variable + ":")
		n.body.write(b)
	}

	b.WriteByte(')')
}

func writeInParentheses(b *strings.Builder, n node) {
	b.WriteByte('(')
	n.write(b)
	b.WriteByte(')')
}

// walk visits a node and everything below it.
func walk(n node, visit func(node)) {
	visit(n)

	for _, child := range n.children() {
		walk(child, visit)
	}
}
