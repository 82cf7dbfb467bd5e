package odata

import "unicode/utf8"

// Clause is one condition on one property: what a caller needs to decide whether the
// property may be queried that way.
type Clause struct {
	// Property is the path of the property: "mail", "employeeOrgData/division",
	// "otherMails" for its elements, "identities/issuer" for a member of the elements.
	Property string
	// Operator is eq, ne, gt, ge, lt, le, in, startswith, endswith or contains;
	// prefixed any- or all- in a lambda (any-eq) and count- on the size of a
	// collection (count-eq). The bare any asks whether there is an element.
	Operator string
	// Values is the number of literals the property is compared with.
	Values int
	// Literals are their kinds, in order.
	Literals []LiteralKind
	// Lambda is true inside any() and all().
	Lambda bool
	// Negated is true anywhere below a not, even below two.
	Negated bool
	// LongestValue is the number of characters of the longest string literal.
	LongestValue int
}

// Clauses lists the conditions of the filter from left to right.
func (f *Filter) Clauses() []Clause {
	return clausesOf(f.root)
}

// OrClauses is the number of clauses in the largest disjunction, 0 if there is none.
// A list membership inside a disjunction counts once per value: the directory expands
// it.
func (f *Filter) OrClauses() int {
	largest := 0

	walk(f.root, func(n node) {
		or, ok := n.(*disjunction)
		if !ok {
			return
		}

		size := 0

		for _, operand := range or.operands {
			if list, ok := operand.(*membership); ok {
				size += len(list.values)
			} else {
				size++
			}
		}

		largest = max(largest, size)
	})

	return largest
}

func clausesOf(root node) []Clause {
	c := &clauseCollector{}
	c.collect(root, false)

	return c.clauses
}

type clauseCollector struct {
	clauses []Clause
	// enclosing is the lambda around the node, if any.
	enclosing *lambda
}

func (c *clauseCollector) collect(n node, negated bool) {
	switch n := n.(type) {
	case *negation:
		c.collect(n.operand, true)
	case *comparison:
		c.add(n.path, n.operator, negated, n.value)
	case *membership:
		c.add(n.path, operatorIn, negated, n.values...)
	case *function:
		c.add(n.path, n.name, negated, n.value)
	case *lambda:
		if n.body == nil {
			c.add(n.path, quantifierAny, negated)
			c.clauses[len(c.clauses)-1].Lambda = true

			return
		}

		c.enclosing = n
		c.collect(n.body, negated)
		c.enclosing = nil
	default:
		for _, child := range n.children() {
			c.collect(child, negated)
		}
	}
}

func (c *clauseCollector) add(target path, operator string, negated bool, values ...literal) {
	clause := Clause{Property: target.name(), Operator: operator, Values: len(values), Negated: negated}

	if target.count {
		clause.Operator = "count-" + clause.Operator
	}

	if c.enclosing != nil {
		clause.Lambda = true
		clause.Operator = c.enclosing.quantifier + "-" + clause.Operator
		clause.Property = joinPath(c.enclosing.path.name(), clause.Property)
	}

	for _, value := range values {
		clause.Literals = append(clause.Literals, value.kind)

		if value.kind == KindString {
			clause.LongestValue = max(clause.LongestValue, utf8.RuneCountInString(value.text))
		}
	}

	c.clauses = append(c.clauses, clause)
}

func joinPath(parent, child string) string {
	if child == "" {
		return parent
	}

	return parent + "/" + child
}
