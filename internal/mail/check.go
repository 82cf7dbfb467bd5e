package mail

import (
	"errors"
	"fmt"
	"slices"
)

// UnknownPlaceholder is a name that nobody fills in.
type UnknownPlaceholder struct {
	Name string
	At   Position
	// Known are the names there are, in alphabetical order; Suggestion is the one that is
	// probably meant, or "".
	Known      []string
	Suggestion string
}

// Error names the placeholder, the suggestion and what there is.
func (u *UnknownPlaceholder) Error() string {
	text := fmt.Sprintf("%s: the placeholder %s is unknown.", u.At, written(u.Name))
	if u.Suggestion != "" {
		text += " Did you mean " + written(u.Suggestion) + "?"
	}
	return text + " There are " + listed(u.Known) + "."
}

// RefusedPlaceholder is one that exists, but not here.
type RefusedPlaceholder struct {
	Name string
	At   Position
	// Reason completes "… is not available: …".
	Reason string
}

// Error names the placeholder and the reason.
func (r *RefusedPlaceholder) Error() string {
	return fmt.Sprintf("%s: the placeholder %s is not available: %s.", r.At, written(r.Name), r.Reason)
}

// Format is what a template is.
type Format int

// The formats.
const (
	PlainText Format = iota
	HTML
	SubjectLine
)

// Check holds a template against what the audience gets; own are the author's names, nil
// if they are not known yet. It returns every error, each a *SyntaxError,
// *UnknownPlaceholder, *RefusedPlaceholder or *RenderError.
func (a Audience) Check(t Template, format Format, own []string) []error {
	known := slices.Concat(a.Placeholders(), own)
	slices.Sort(known)
	reported := map[string]bool{}
	var faults []error
	for _, p := range t.pieces {
		if p.name == "" || reported[p.name] || slices.Contains(own, p.name) {
			continue
		}
		reported[p.name] = true
		switch {
		case a.refused[p.name] != "":
			faults = append(faults, &RefusedPlaceholder{Name: p.name, At: p.at, Reason: a.refused[p.name]})
		case format == SubjectLine && isSecret(p.name):
			faults = append(faults, &RefusedPlaceholder{Name: p.name, At: p.at, Reason: "subjects show on locked screens and in logs; put it into the body"})
		case own != nil && !slices.Contains(known, p.name):
			faults = append(faults, &UnknownPlaceholder{Name: p.name, At: p.at, Known: known, Suggestion: nearest(p.name, known)})
		}
	}
	if format == HTML {
		faults = append(faults, t.checkPlaces(own)...)
	}
	return faults
}

// checkPlaces finds the placeholders that stand where no value would be safe.
func (t Template) checkPlaces(own []string) []error {
	places, fault := t.places()
	var faults []error
	next := 0
	for _, p := range t.pieces {
		if p.name == "" {
			continue
		}
		where := places[next]
		next++
		if where.kind == wholeLink && slices.Contains(builtIn, p.name) && !isLink(p.name) && !slices.Contains(own, p.name) {
			where.fault = "begins a link, but is no URL"
		}
		if where.fault != "" {
			faults = append(faults, &RenderError{Name: p.name, At: p.at, Problem: where.fault})
		}
	}
	if fault != "" && len(places) > 0 {
		faults = append(faults, &SyntaxError{At: t.end(), Problem: "cannot be filled in: the HTML " + fault})
	}
	return faults
}

// ownFaults says what is wrong with the names in the attribute values.
func ownFaults(names []string) []error {
	var faults []error
	slices.Sort(names)
	for _, name := range names {
		switch {
		case !validName(name):
			faults = append(faults, errors.New(badName(name)))
		case slices.Contains(builtIn, name):
			faults = append(faults, fmt.Errorf("%s is filled in by the provider; choose another name", written(name)))
		}
	}
	return faults
}
