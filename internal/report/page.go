package report

import (
	"cmp"
	"crypto/sha256"
	_ "embed" // the style and the script of the page
	"encoding/base64"
	"html"
	"strconv"
	"strings"
)

// The page is one file: it asks for nothing, and works from a folder as from a server.
//
//go:embed page.css
var style string

//go:embed page.js
var script string

// writePage writes the page. Everything on it is there without the script, which adds
// searching, filtering and sorting; so the page can be read, printed and searched by the
// browser where scripts are off.
func writePage(b *strings.Builder, r Report) {
	title := escape(r.Title)
	b.WriteString(`<!doctype html><html lang="en"><head><meta charset="utf-8">` +
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src ` + hash(style) +
		`; script-src ` + hash(script) + `; base-uri 'none'; form-action 'none'">` +
		`<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">` +
		`<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">` +
		`<link rel="icon" href="data:,"><title>` + title + `</title><style>` + style + `</style></head><body>`)
	b.WriteString(`<header><h1 dir="auto">` + title + `</h1><p>` + number(r.Numbers.Total) + ` ` + plural(r.Numbers.Total, "person", "people") +
		` as of <time datetime="` + date(r.Rules.AsOf) + `">` + r.Rules.AsOf.Format("2 January 2006") + `</time>`)
	if r.TenantID != "" {
		b.WriteString(` <span class="tenant">tenant ` + escape(r.TenantID) + `</span>`)
	}
	b.WriteString("</p></header>\n<main>")
	writeTiles(b, r)
	writeCharts(b, r)
	if r.Lists() {
		writeTable(b, r)
	}
	b.WriteString("</main>\n")
	if r.Lists() {
		b.WriteString("<script>" + script + "</script>")
	}
	b.WriteString("</body></html>\n")
}

// hash is the source expression that allows one inline style or script and no other.
// Source: https://www.w3.org/TR/CSP3/#grammardef-hash-source.
func hash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// escape makes hostile text a text node or a quoted attribute value.
func escape(text string) string { return html.EscapeString(tidy(text)) }

// writeTiles writes the numbers; those about people who are listed become filters.
func writeTiles(b *strings.Builder, r Report) {
	b.WriteString(`<section aria-label="Numbers"><ul class="tiles`)
	measures := r.measures()
	if len(measures) == 7 {
		// With the one left out below, a row of six.
		b.WriteString(" six")
	}
	b.WriteString(`">`)
	for _, one := range measures {
		if one.name == "enabled" {
			// The tile beside it says the same.
			continue
		}
		b.WriteString(`<li`)
		if r.Lists() && one.finding != 0 && one.count > 0 {
			b.WriteString(` data-f="` + flags(one.finding) + `"`)
		}
		b.WriteString(`><span>` + one.label + `</span> <b>` + number(one.count) + `</b> <small>` + tileNote(one, r.Numbers) + `</small></li>`)
	}
	b.WriteString("</ul></section>\n")
}

func tileNote(one measure, n Numbers) string {
	if one.name == "total" {
		return number(n.Enabled) + " enabled, " + number(n.With(Pending)) + " pending"
	}
	return one.note
}

// flags are the classes of the rows about whom something is found: one letter each,
// because there may be 20,000 rows.
func flags(found Finding) string {
	letters := [...]string{"p", "l", "d", "s", "n", "i", "e", "x"}
	var names []string
	for i, one := range findings() {
		if found&one != 0 {
			names = append(names, letters[i])
		}
	}
	return strings.Join(names, " ")
}

// writeTable writes a row for each person. End tags that HTML does not need are left out,
// which keeps 20,000 people below 5 MB.
func writeTable(b *strings.Builder, r Report) {
	b.WriteString(`<section class="people" aria-labelledby="people"><h2 id="people">People</h2>` +
		`<div class="controls" hidden><label for="search">Search</label><input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="Name, address, company …">` +
		`<p role="status"></p></div>`)
	b.WriteString(`<table` + tableClass(r.Rules) + `><thead><tr>`)
	for _, title := range []string{"Name", "Address", "Company", "Redemption", "Account", "Since", "Last sign-in", "Expires", "Sponsor"} {
		b.WriteString(`<th scope="col">` + title)
	}
	b.WriteString("<tbody>\n")
	for _, p := range r.People {
		writeRow(b, r.Rules, p)
	}
	b.WriteString("</table></section>\n")
}

// tableClass hides the columns about which nothing is known.
func tableClass(rules Rules) string {
	var classes []string
	if !rules.SignIns {
		classes = append(classes, "no-sign-ins")
	}
	if !rules.Dates {
		classes = append(classes, "no-dates")
	}
	if len(classes) == 0 {
		return ""
	}
	return ` class="` + strings.Join(classes, " ") + `"`
}

func writeRow(b *strings.Builder, rules Rules, p Person) {
	b.WriteString("<tr")
	if class := flags(rules.Findings(p)); strings.Contains(class, " ") {
		b.WriteString(` class="` + class + `"`)
	} else if class != "" {
		b.WriteString(" class=" + class)
	}
	b.WriteString("><th scope=row>" + cmp.Or(escape(p.Name), "–"))
	for _, cell := range [...]string{
		escape(p.Address), escape(p.Company), escape(stateName(p.State)), accountCell(p.Enabled), date(p.CreatedAt),
		signInCell(rules, p), date(p.ExpiresAt), sponsorCell(p.Sponsored),
	} {
		b.WriteString("<td>" + cell)
	}
	b.WriteByte('\n')
}

// decimal writes a coordinate or a length with one digit behind the point.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
