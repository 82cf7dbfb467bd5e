package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// What Markdown shows of long lists: it is read in pull requests.
const (
	markdownTop    = 15
	markdownMonths = 12
	pieSlices      = 8
)

// writeMarkdown writes tables, and charts that GitHub and GitLab draw with Mermaid.
func writeMarkdown(b *strings.Builder, r Report) {
	n := r.Numbers
	b.WriteString("## " + plain(r.Title, "") + "\n\n" + number(n.Total) + " " + plural(n.Total, "person", "people") +
		" as of " + date(r.Rules.AsOf))
	if r.TenantID != "" {
		b.WriteString(", tenant " + code(r.TenantID))
	}
	b.WriteString("\n\n")
	writeMeasures(b, r)
	if n.Total > 0 {
		writePie(b, "Redemption", n.ByState)
	}
	writeMonths(b, n.PerMonth)
	writeTallies(b, "Domain", n.ByDomain, n.Total)
	writeTallies(b, "Company", n.ByCompany, n.Total)
	if r.Lists() {
		writePeople(b, r)
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func writeMeasures(b *strings.Builder, r Report) {
	head(b, "Measure", "People:", "Meaning")
	for _, one := range r.measures() {
		row(b, one.label, number(one.count), one.note)
	}
	b.WriteByte('\n')
}

// states gives the tallies of redemption states the names readers know.
func states(tallies []Tally) []Tally {
	named := make([]Tally, len(tallies))
	for i, one := range tallies {
		named[i] = Tally{Name: stateName(one.Name), Count: one.Count}
	}
	return named
}

func writeTallies(b *strings.Builder, title string, tallies []Tally, total int) {
	if len(tallies) == 0 {
		return
	}
	head(b, title, "People:", "Share:")
	first, others, people := leading(tallies, markdownTop)
	for _, one := range first {
		row(b, code(one.Name), number(one.Count), percent(one.Count, total))
	}
	if others > 0 {
		row(b, number(others)+" more", number(people), percent(people, total))
	}
	b.WriteByte('\n')
}

func writePeople(b *strings.Builder, r Report) {
	if len(r.People) == 0 {
		return
	}
	titles := []string{"Name", "Address", "Company", "Redemption", "Account", "Since", "Sponsor"}
	if r.Rules.SignIns {
		titles = append(titles, "Last sign-in")
	}
	if r.Rules.Dates {
		titles = append(titles, "Expires")
	}
	head(b, titles...)
	for _, p := range r.People {
		cells := []string{code(p.Name), code(p.Address), code(p.Company), stateCell(p.State), accountCell(p.Enabled), date(p.CreatedAt), sponsorCell(p.Sponsored)}
		if r.Rules.SignIns {
			cells = append(cells, signInCell(r.Rules, p))
		}
		if r.Rules.Dates {
			cells = append(cells, date(p.ExpiresAt))
		}
		row(b, cells...)
	}
	b.WriteByte('\n')
}

func stateCell(state string) string {
	if name := stateName(state); name != state || state == stateAccepted {
		return name
	}
	return code(state)
}

func accountCell(enabled bool) string {
	if enabled {
		return "Enabled"
	}
	return "Disabled"
}

func sponsorCell(sponsored bool) string {
	if sponsored {
		return "Yes"
	}
	return "None"
}

// signInCell leaves out those who cannot have signed in yet.
func signInCell(rules Rules, p Person) string {
	if rules.Findings(p)&NeverSignedIn != 0 {
		return "Never"
	}
	return date(p.LastSignIn)
}

// head begins a table; a title that ends with a colon stands over numbers.
func head(b *strings.Builder, titles ...string) {
	rule := make([]string, len(titles))
	for i, title := range titles {
		name, numeric := strings.CutSuffix(title, ":")
		titles[i] = name
		rule[i] = "---"
		if numeric {
			rule[i] = "---:"
		}
	}
	row(b, titles...)
	row(b, rule...)
}

func row(b *strings.Builder, cells ...string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// code shows hostile text as a code span, in which neither GitHub nor GitLab looks for
// links, mentions, references, emoji or HTML. The two characters that could end the span
// or the cell are replaced by ones that look like them.
func code(text string) string {
	text = strings.NewReplacer("`", "ˋ", "|", "¦").Replace(tidy(text))
	if text == "" {
		return "–"
	}
	return "`" + text + "`"
}

// The colours of the charts, which are legible on light and on dark pages.
const (
	mermaidAccepted = "#12a08a"
	mermaidPending  = "#d98324"
	mermaidOther    = "#8a94a5"
	mermaidBars     = "#4f7fe3"
)

// writePie writes a Mermaid pie chart of redemption states.
// Source: https://mermaid.js.org/syntax/pie.html.
func writePie(b *strings.Builder, title string, tallies []Tally) {
	first, others, people := leading(tallies, pieSlices)
	colours := make([]string, len(first), len(first)+1)
	for i, one := range first {
		colours[i] = map[string]string{stateAccepted: mermaidAccepted, statePending: mermaidPending}[one.Name]
	}
	if others > 0 {
		colours = append(colours, "")
	}
	b.WriteString("```mermaid\n%%{init: {\"themeVariables\": {\"pieOpacity\": \"1\", \"pieOuterStrokeWidth\": \"0\", \"pieStrokeWidth\": \"1px\", \"pieSectionTextColor\": \"#ffffff\"")
	for i, colour := range colours {
		fmt.Fprintf(b, ", \"pie%d\": \"%s\"", i+1, cmp.Or(colour, mermaidOther))
	}
	b.WriteString("}}}%%\npie showData\n    title " + title + "\n")
	for _, one := range states(first) {
		b.WriteString("    " + label(one.Name) + " : " + strconv.Itoa(one.Count) + "\n")
	}
	if others > 0 {
		b.WriteString("    " + label("Others") + " : " + strconv.Itoa(people) + "\n")
	}
	b.WriteString("```\n\n")
}

// writeMonths writes a Mermaid bar chart of the last months.
// Source: https://mermaid.js.org/syntax/xyChart.html.
func writeMonths(b *strings.Builder, months []Tally) {
	months = months[max(0, len(months)-markdownMonths):]
	if len(months) == 0 {
		return
	}
	names, counts, most := make([]string, len(months)), make([]string, len(months)), 1
	for i, one := range months {
		names[i], counts[i], most = label(one.Name), strconv.Itoa(one.Count), max(most, one.Count)
	}
	b.WriteString("```mermaid\n%%{init: {\"themeVariables\": {\"xyChart\": {\"plotColorPalette\": \"" + mermaidBars + "\"}}}}%%\nxychart-beta\n    title \"Invited per month\"\n    x-axis [" + strings.Join(names, ", ") +
		"]\n    y-axis \"People\" 0 --> " + strconv.Itoa(most) + "\n    bar [" + strings.Join(counts, ", ") + "]\n```\n\n")
}

// label is a quoted Mermaid label, in which only plain characters survive.
func label(text string) string { return `"` + plain(text, ".") + `"` }

// plain keeps letters, digits, spaces and a few harmless signs, and those of more; the
// rest become spaces.
func plain(text, more string) string {
	kept := strings.Map(func(r rune) rune {
		if isWord(r) || strings.ContainsRune(" -,'()"+more, r) {
			return r
		}
		return ' '
	}, tidy(text))
	if kept = strings.Join(strings.Fields(kept), " "); kept == "" {
		return "–"
	}
	return kept
}
