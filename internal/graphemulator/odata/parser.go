package odata

import "strings"

// maxDepth bounds nesting: parentheses, negations and lambdas.
const maxDepth = 64

// Filter is a parsed $filter expression. It is immutable and safe for concurrent use.
type Filter struct {
	root node
}

// Parse reads a $filter expression, already decoded from the URL. Operators and
// function names may be written in any case, property names may not. The error is a
// *SyntaxError.
func Parse(filter string) (*Filter, error) {
	s, err := newScanner(optionFilter, filter)
	if err != nil {
		return nil, err
	}

	p := &parser{scanner: s}

	root, err := p.disjunction()
	if err != nil {
		return nil, err
	}

	p.skipSpace()

	if !p.atEnd() {
		return nil, p.fail(p.pos, "and, or, or the end of the expression is expected")
	}

	return &Filter{root: root}, nil
}

// String gives the filter in canonical form: parsing it again gives an equal filter.
func (f *Filter) String() string {
	var b strings.Builder

	f.root.write(&b)

	return b.String()
}

type parser struct {
	*scanner

	depth int
	// variable is the range variable inside a lambda, else empty.
	variable string
}

// nested runs read one level deeper.
func (p *parser) nested(read func() (node, error)) (node, error) {
	if p.depth >= maxDepth {
		return nil, p.fail(p.pos, "the expression is nested more than %d levels deep", maxDepth)
	}

	p.depth++
	defer func() { p.depth-- }()

	return read()
}

func (p *parser) disjunction() (node, error) {
	first, err := p.conjunction()
	if err != nil {
		return nil, err
	}

	operands := flatten[*disjunction](nil, first)

	for p.keyword("or") {
		next, err := p.conjunction()
		if err != nil {
			return nil, err
		}

		operands = flatten[*disjunction](operands, next)
	}

	if len(operands) == 1 {
		return operands[0], nil
	}

	return &disjunction{operands: operands}, nil
}

func (p *parser) conjunction() (node, error) {
	first, err := p.unary()
	if err != nil {
		return nil, err
	}

	operands := flatten[*conjunction](nil, first)

	for p.keyword("and") {
		next, err := p.unary()
		if err != nil {
			return nil, err
		}

		operands = flatten[*conjunction](operands, next)
	}

	if len(operands) == 1 {
		return operands[0], nil
	}

	return &conjunction{operands: operands}, nil
}

// flatten appends a node, or its operands if it is of the same kind: parentheses
// around part of a disjunction do not hide clauses from the limit on them.
func flatten[T node](operands []node, n node) []node {
	if same, ok := n.(T); ok {
		return append(operands, same.children()...)
	}

	return append(operands, n)
}

func (p *parser) unary() (node, error) {
	p.skipSpace()

	start := p.pos

	if strings.EqualFold(p.word(), "not") && (isSpace(p.peek()) || p.peek() == '(') {
		p.skipSpace()

		return p.nested(p.negation)
	}

	p.pos = start

	if p.accept('(') {
		return p.nested(func() (node, error) { return p.group(start) })
	}

	return p.predicate()
}

// negation reads what follows "not". The operator binds tighter than a comparison,
// so that "not mail eq 'x'" would negate a string.
func (p *parser) negation() (node, error) {
	start := p.pos
	bare := p.peek() != '('

	operand, err := p.unary()
	if err != nil {
		return nil, err
	}

	if bare {
		switch operand.(type) {
		case *comparison, *membership:
			return nil, p.fail(start, "a comparison after not stands in parentheses")
		}
	}

	return &negation{operand: operand}, nil
}

func (p *parser) group(open int) (node, error) {
	inner, err := p.disjunction()
	if err != nil {
		return nil, err
	}

	p.skipSpace()

	if !p.accept(')') {
		return nil, p.fail(p.pos, "the parenthesis opened at position %d is not closed", open)
	}

	return inner, nil
}

// predicate reads a function, a lambda, a comparison or a list membership.
func (p *parser) predicate() (node, error) {
	start := p.pos
	if name := strings.ToLower(p.word()); p.peek() == '(' {
		return p.function(name, start)
	}

	p.pos = start

	target, quantifier, err := p.path()
	if err != nil {
		return nil, err
	}

	if quantifier != "" {
		return p.nested(func() (node, error) { return p.lambda(target, quantifier) })
	}

	if !p.skipSpace() {
		return nil, p.fail(p.pos, "a space and an operator are expected")
	}

	start = p.pos
	operator := strings.ToLower(p.word())

	switch operator {
	case operatorEqual, operatorNotEqual, operatorGreaterThan, operatorGreaterThanOrEqual,
		operatorLessThan, operatorLessThanOrEqual:
		if !p.skipSpace() {
			return nil, p.fail(p.pos, "a space and a value are expected")
		}

		value, err := p.literal()
		if err != nil {
			return nil, err
		}

		return &comparison{path: target, operator: operator, value: value}, nil
	case operatorIn:
		values, err := p.list()
		if err != nil {
			return nil, err
		}

		return &membership{path: target, values: values}, nil
	default:
		return nil, p.fail(start, "an operator is expected (eq, ne, gt, ge, lt, le, in)")
	}
}

// list reads the values of "in", at least one.
func (p *parser) list() ([]literal, error) {
	p.skipSpace()

	if !p.accept('(') {
		return nil, p.fail(p.pos, "a list in parentheses is expected")
	}

	var values []literal

	for {
		p.skipSpace()

		value, err := p.literal()
		if err != nil {
			return nil, err
		}

		values = append(values, value)

		p.skipSpace()

		switch {
		case p.accept(','):
		case p.accept(')'):
			return values, nil
		default:
			return nil, p.fail(p.pos, "a comma or a closing parenthesis is expected")
		}
	}
}

func (p *parser) function(name string, start int) (node, error) {
	switch name {
	case operatorStartsWith, operatorEndsWith, operatorContains:
	case "":
		return nil, p.fail(start, "a property is expected")
	default:
		return nil, p.fail(start, "an unknown function with name %q was found", name)
	}

	p.accept('(')
	p.skipSpace()

	target, quantifier, err := p.path()
	if err != nil {
		return nil, err
	}

	if quantifier != "" || target.count {
		return nil, p.fail(p.pos, "the first argument of %s is a property", name)
	}

	p.skipSpace()

	if !p.accept(',') {
		return nil, p.fail(p.pos, "a comma is expected")
	}

	p.skipSpace()

	valueStart := p.pos

	value, err := p.literal()
	if err != nil {
		return nil, err
	}

	if value.kind != KindString {
		return nil, p.fail(valueStart, "the second argument of %s is a string in single quotes", name)
	}

	p.skipSpace()

	if !p.accept(')') {
		return nil, p.fail(p.pos, "a closing parenthesis is expected")
	}

	return &function{name: name, path: target, value: value}, nil
}

// lambda reads what follows "any(" or "all(". Lambdas in lambdas are not offered by
// the directory.
func (p *parser) lambda(target path, quantifier string) (node, error) {
	p.skipSpace()

	if quantifier == quantifierAny && p.accept(')') {
		return &lambda{path: target, quantifier: quantifier}, nil
	}

	start := p.pos
	variable := p.word()

	if variable == "" || strings.Contains(variable, ".") {
		return nil, p.fail(start, "a range variable is expected")
	}

	p.skipSpace()

	if !p.accept(':') {
		return nil, p.fail(p.pos, "a colon is expected after the range variable")
	}

	p.variable = variable
	body, err := p.group(start)
	p.variable = ""

	if err != nil {
		return nil, err
	}

	return &lambda{path: target, quantifier: quantifier, variable: variable, body: body}, nil
}

// path reads a property path. If it ends in any( or all(, the quantifier is returned
// and the parenthesis has been read.
func (p *parser) path() (result path, quantifier string, err error) {
	if p.variable != "" {
		start := p.pos
		if word := p.word(); word != p.variable {
			return path{}, "", p.fail(start, "the range variable %q is expected", p.variable)
		}

		result.variable = p.variable

		if !p.accept('/') {
			return result, "", nil
		}
	}

	for {
		start := p.pos

		if p.accept('$') {
			if p.word() != "count" || len(result.segments) == 0 {
				return path{}, "", p.fail(start, "%s after a collection is expected", countSegment)
			}

			result.count = true

			return result, "", nil
		}

		segment := p.word()
		if segment == "" {
			return path{}, "", p.fail(start, "a property is expected")
		}

		if quantifier = strings.ToLower(segment); isQuantifier(quantifier) && p.accept('(') {
			if len(result.segments) == 0 || p.variable != "" {
				return path{}, "", p.fail(start, "%s follows a collection of the entity", quantifier)
			}

			return result, quantifier, nil
		}

		result.segments = append(result.segments, segment)

		if !p.accept('/') {
			return result, "", nil
		}
	}
}

func isQuantifier(word string) bool { return word == quantifierAny || word == quantifierAll }
