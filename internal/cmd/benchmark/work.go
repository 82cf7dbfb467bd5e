package main

import (
	"fmt"
	"strconv"
	"strings"
)

// numbers is a flag of several numbers.
type numbers []int

// String writes the numbers as the flag takes them.
func (n *numbers) String() string {
	texts := make([]string, 0, len(*n))
	for _, number := range *n {
		texts = append(texts, strconv.Itoa(number))
	}

	return strings.Join(texts, ",")
}

// Set reads the numbers.
func (n *numbers) Set(text string) error {
	*n = nil
	for number := range strings.SplitSeq(text, ",") {
		if number = strings.TrimSpace(number); number == "" {
			continue
		}
		value, err := strconv.Atoi(number)
		if err != nil || value < 1 {
			return fmt.Errorf("%q is no number of guests", number)
		}
		*n = append(*n, value)
	}

	return nil
}

// work is so many guests and what is done with them.
type work struct {
	name   string
	guests int
	// bulk says that one entraguest_guests has them all; else each has a resource, and a membership.
	bulk bool
	// standing says that the guests are there already: state and directory are made, not applied.
	standing bool
}

// works are what the options ask for.
func works(options options) (all []work) {
	for _, guests := range options.created {
		all = append(all, work{name: fmt.Sprintf("%d guests, each in one group", guests), guests: guests})
	}
	for _, guests := range options.standing {
		all = append(all, work{name: fmt.Sprintf("%d guests who are there, each in one group", guests), guests: guests, standing: true})
	}
	for _, guests := range options.bulkCreated {
		all = append(all, work{name: fmt.Sprintf("%d guests in one entraguest_guests", guests), guests: guests, bulk: true})
	}
	for _, guests := range options.bulkStanding {
		all = append(all, work{name: fmt.Sprintf("%d guests who are there, in one entraguest_guests", guests), guests: guests, bulk: true, standing: true})
	}

	return all
}

// configuration returns the folders of the provider's configuration and of the floor's.
func (w work) configuration() (provider, floor string) {
	switch {
	case w.bulk:
		return "bulk", "bulk-floor"
	case w.standing:
		return "standing", "standing-floor"
	default:
		return "guests", "guests-floor"
	}
}

// objects is how many the resources stand for.
func (w work) objects() int {
	if w.bulk {
		return w.guests
	}

	return 2 * w.guests
}

// phase is one run of Terraform.
type phase struct {
	name      string
	arguments []string
}

// phases is the life of the guests, or the middle of it. A plan must find nothing to do.
func (w work) phases() []phase {
	plan := []string{"plan", "-detailed-exitcode", "-input=false", "-no-color"}
	middle := []phase{
		{name: "plan", arguments: append([]string{"plan", "-refresh=false"}, plan[1:]...)},
		{name: "refresh", arguments: plan},
	}
	if w.standing {
		return middle
	}

	return append(append([]phase{{name: "create", arguments: apply("apply")}}, middle...), phase{name: "destroy", arguments: apply("destroy")})
}

func apply(command string) []string {
	return []string{command, "-auto-approve", "-input=false", "-no-color"}
}
