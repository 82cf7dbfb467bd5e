package report

import (
	"fmt"
	"strconv"
	"strings"
)

// What the charts show of long lists.
const (
	chartTop    = 10
	chartMonths = 24
)

// writeCharts writes the four charts. Every number in them is also there as text.
func writeCharts(b *strings.Builder, r Report) {
	n := r.Numbers
	b.WriteString(`<section class="charts" aria-label="Charts">`)
	writeStates(b, n)
	writeColumns(b, n.PerMonth)
	writeBars(b, "Domains", "domain", n.ByDomain, n.Total)
	writeBars(b, "Companies", "company", n.ByCompany, n.Total)
	b.WriteString("</section>\n")
}

func begin(b *strings.Builder, title string) { b.WriteString(`<article><h2>` + title + `</h2>`) }

func nothing(b *strings.Builder) { b.WriteString(`<p class="empty">Nobody to show.</p></article>`) }

// shade is the class that colours a redemption state.
func shade(state string) string {
	switch state {
	case stateAccepted:
		return "accepted"
	case statePending:
		return "pending"
	default:
		return "other"
	}
}

// writeStates draws a ring of redemption states, and its legend as a table.
func writeStates(b *strings.Builder, n Numbers) {
	begin(b, "Redemption")
	if n.Total == 0 {
		nothing(b)
		return
	}
	accepted := 0
	for _, one := range n.ByState {
		if one.Name == stateAccepted {
			accepted = one.Count
		}
	}
	share := percent(accepted, n.Total)
	b.WriteString(`<div class="ring"><svg viewBox="0 0 42 42" role="img" aria-labelledby="ring-title ring-text"><title id="ring-title">Redemption</title>` +
		`<desc id="ring-text">` + escape(describeTallies(states(n.ByState))) + `</desc>`)
	// The circumference counts as 100, and the ring begins at the top.
	at := 0.0
	for _, one := range n.ByState {
		part := 100 * float64(one.Count) / float64(n.Total)
		fmt.Fprintf(b, `<circle class="%s" cx="21" cy="21" r="17" pathLength="100" stroke-dasharray="%s %s" stroke-dashoffset="%s" transform="rotate(-90 21 21)"/>`,
			shade(one.Name), precise(part), precise(100-part), precise(-at))
		at += part
	}
	b.WriteString(`<text x="21" y="21.5">` + share + `</text><text class="unit" x="21" y="26.5">accepted</text></svg><table><thead class="unseen"><tr><th scope="col">State<th scope="col">People<th scope="col">Share<tbody>`)
	for _, one := range n.ByState {
		b.WriteString(`<tr class="` + shade(one.Name) + `"><th scope="row">` + escape(stateName(one.Name)) + `<td>` + number(one.Count) + `<td>` + percent(one.Count, n.Total))
	}
	b.WriteString(`</table></div></article>`)
}

func precise(f float64) string { return strconv.FormatFloat(f, 'f', 3, 64) }

func describeTallies(tallies []Tally) string {
	parts := make([]string, len(tallies))
	for i, one := range tallies {
		parts[i] = one.Name + ": " + number(one.Count)
	}
	return strings.Join(parts, "; ")
}

// The column chart, in user units.
const (
	chartWidth, chartHeight = 480.0, 190.0
	// These leave room for the labels, which are larger on a small screen.
	axisRight, axisTop, axisBottom = 14.0, 10.0, 24.0
	axisMargin, digitWidth         = 12.0, 10.0
	// widestColumn keeps the first months of a tenant from becoming walls.
	widestColumn = 40.0
)

// writeColumns draws how many people were invited in each of the last months.
func writeColumns(b *strings.Builder, months []Tally) {
	begin(b, "Invited per month")
	if len(months) == 0 {
		nothing(b)
		return
	}
	months = months[max(0, len(months)-chartMonths):]
	most := 0
	for _, one := range months {
		most = max(most, one.Count)
	}
	step := niceStep(most)
	top := (most + step - 1) / step * step
	plot, left := chartHeight-axisTop-axisBottom, axisMargin+digitWidth*float64(len(number(top)))
	height := func(count int) float64 { return plot * float64(count) / float64(top) }
	fmt.Fprintf(b, `<svg class="columns" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="months-title months-text"><title id="months-title">Invited per month</title><desc id="months-text">%s</desc>`,
		chartWidth, chartHeight, escape(describeTallies(months)))
	for value := 0; value <= top; value += step {
		y := axisTop + plot - height(value)
		fmt.Fprintf(b, `<path d="M%.0f %sH%.0f"/><text class="value" x="%.0f" y="%s">%s</text>`, left, decimal(y), chartWidth, left-7, decimal(y+4), number(value))
	}
	slot := (chartWidth - left - axisRight) / float64(len(months))
	width := min(slot*0.72, widestColumn)
	// A label fits under every second or third column.
	every := (len(months) + 7) / 8
	for i, one := range months {
		x := left + slot*(float64(i)+0.5)
		if one.Count > 0 {
			fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s" rx="2"><title>%s: %s</title></rect>`,
				decimal(x-width/2), decimal(axisTop+plot-height(one.Count)), decimal(width), decimal(height(one.Count)), one.Name, number(one.Count))
		}
		if back := len(months) - 1 - i; back%every == 0 {
			class := ""
			if back/every%2 == 1 {
				class = ` class="spare"`
			}
			fmt.Fprintf(b, `<text%s x="%s" y="%.0f">%s</text>`, class, decimal(x), chartHeight-6, monthLabel(one.Name))
		}
	}
	b.WriteString(`</svg></article>`)
}

// monthLabel shows 2026-01 as 01/26.
func monthLabel(name string) string { return name[5:] + "/" + name[2:4] }

// niceStep is the distance of four or fewer lines up to a maximum: 1, 2, 5, 10, 20 and so on.
func niceStep(most int) int {
	for scale := 1; ; scale *= 10 {
		for _, factor := range []int{1, 2, 5} {
			if step := factor * scale; step*4 >= most {
				return step
			}
		}
	}
}

// writeBars draws the largest groups as a table in which every row has its bar.
func writeBars(b *strings.Builder, title, column string, tallies []Tally, total int) {
	begin(b, title)
	if len(tallies) == 0 {
		nothing(b)
		return
	}
	first, others, people := leading(tallies, chartTop)
	b.WriteString(`<table class="bars"><colgroup><col><col><col><col></colgroup><thead class="unseen"><tr><th scope="col">` + strings.ToUpper(column[:1]) + column[1:] +
		`<th scope="col">Bar<th scope="col">People<th scope="col">Share<tbody>`)
	most := first[0].Count
	for _, one := range first {
		name := escape(one.Name)
		if name == "" {
			name = `<i>not given</i>`
		}
		b.WriteString(`<tr><th scope="row">` + name + `<td><svg aria-hidden="true"><rect width="` + decimal(100*float64(one.Count)/float64(most)) +
			`%" height="100%" rx="2"/></svg><td>` + number(one.Count) + `<td>` + percent(one.Count, total))
	}
	if others > 0 {
		b.WriteString(`<tr class="rest"><th scope="row">` + number(others) + ` more<td><td>` + number(people) + `<td>` + percent(people, total))
	}
	b.WriteString(`</table></article>`)
}
