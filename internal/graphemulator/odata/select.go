package odata

import "strings"

// Order is one key of $orderby.
type Order struct {
	// Property is the path of the property to sort by.
	Property string
	// Descending is false for asc, which is also the default.
	Descending bool
}

// ParseSelect reads $select: property names separated by commas, or *. The error is a
// *SyntaxError. Whether the properties exist is for the caller to say.
func ParseSelect(selection string) ([]string, error) {
	s, err := newScanner(optionSelect, selection)
	if err != nil {
		return nil, err
	}

	var properties []string

	for {
		s.skipSpace()

		if s.accept('*') {
			properties = append(properties, "*")
		} else {
			property, err := s.propertyPath()
			if err != nil {
				return nil, err
			}

			properties = append(properties, property)
		}

		if done, err := s.separator(); done || err != nil {
			return properties, err
		}
	}
}

// ParseOrderBy reads $orderby: properties separated by commas, each followed by asc or
// desc or neither. The error is a *SyntaxError.
func ParseOrderBy(orderBy string) ([]Order, error) {
	s, err := newScanner(optionOrderBy, orderBy)
	if err != nil {
		return nil, err
	}

	var orders []Order

	for {
		s.skipSpace()

		property, err := s.propertyPath()
		if err != nil {
			return nil, err
		}

		order := Order{Property: property}

		s.skipSpace()

		start := s.pos

		switch strings.ToLower(s.word()) {
		case "", "asc":
		case "desc":
			order.Descending = true
		default:
			return nil, s.fail(start, "asc or desc is expected")
		}

		orders = append(orders, order)

		if done, err := s.separator(); done || err != nil {
			return orders, err
		}
	}
}

// propertyPath reads names separated by slashes.
func (s *scanner) propertyPath() (string, error) {
	start := s.pos

	for {
		if s.word() == "" {
			return "", s.fail(s.pos, "a property is expected")
		}

		if !s.accept('/') {
			return s.input[start:s.pos], nil
		}
	}
}

// separator reads the comma between two items and reports whether the end came instead.
func (s *scanner) separator() (done bool, err error) {
	s.skipSpace()

	switch {
	case s.atEnd():
		return true, nil
	case s.accept(','):
		return false, nil
	default:
		return false, s.fail(s.pos, "a comma is expected")
	}
}
