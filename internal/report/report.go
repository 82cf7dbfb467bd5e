package report

import "strings"

// Report is what is rendered. The same report is rendered to the same bytes.
type Report struct {
	// Title is the heading; TenantID says whose people they are.
	Title, TenantID string
	Rules           Rules
	Numbers         Numbers
	// People are listed where the reader asked for it, in order.
	People []Person
}

// New counts people and, if they are to be listed, sorts them.
func New(title, tenantID string, rules Rules, people []Person, list bool) Report {
	r := Report{Title: title, TenantID: tenantID, Rules: rules, Numbers: rules.Count(people)}
	if list {
		sortPeople(people)
		r.People = people
		if r.People == nil {
			r.People = []Person{}
		}
	}
	return r
}

// Lists reports whether people are listed and not only counted.
func (r Report) Lists() bool { return r.People != nil }

// Format is a way to render a report.
type Format string

// The formats.
const (
	Markdown Format = "markdown"
	HTML     Format = "html"
	CSV      Format = "csv"
)

// Render renders the report, "" in a format that there is not.
func (r Report) Render(format Format) string {
	var b strings.Builder
	switch format {
	case Markdown:
		writeMarkdown(&b, r)
	case HTML:
		writePage(&b, r)
	case CSV:
		writeCSV(&b, r)
	}
	return b.String()
}

// stateName is what readers call a redemption state.
func stateName(state string) string {
	switch state {
	case stateAccepted:
		return "Accepted"
	case statePending:
		return "Pending"
	case "":
		return "Not recorded"
	default:
		return state
	}
}
