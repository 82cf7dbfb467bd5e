package report

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// writeCSV writes one record for each person or, where people are not listed, for each
// number. Source of the form: https://www.rfc-editor.org/rfc/rfc4180.
func writeCSV(b *strings.Builder, r Report) {
	if !r.Lists() {
		writeNumbersCSV(b, r)
		return
	}
	record(b, "object_id", "display_name", "email", "domain", "company_name", "user_type", "redemption_state",
		"account_enabled", "created_at", "redemption_state_changed_at", "has_sponsor", "last_sign_in_at", "expires_at")
	for _, p := range r.People {
		record(b, p.ObjectID, p.Name, p.Address, p.Domain, p.Company, p.UserType, p.State,
			strconv.FormatBool(p.Enabled), moment(p.CreatedAt), moment(p.StateChangedAt),
			strconv.FormatBool(p.Sponsored), moment(p.LastSignIn), moment(p.ExpiresAt))
	}
}

func writeNumbersCSV(b *strings.Builder, r Report) {
	record(b, "measure", "name", "count")
	for _, one := range r.measures() {
		record(b, one.name, "", strconv.Itoa(one.count))
	}
	for _, group := range []struct {
		measure string
		tallies []Tally
	}{
		{"by_redemption_state", r.Numbers.ByState},
		{"by_domain", r.Numbers.ByDomain},
		{"by_company", r.Numbers.ByCompany},
		{"invited_per_month", r.Numbers.PerMonth},
	} {
		for _, one := range group.tallies {
			record(b, group.measure, one.Name, strconv.Itoa(one.Count))
		}
	}
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func record(b *strings.Builder, cells ...string) {
	for i, text := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		writeCell(b, text)
	}
	b.WriteString("\r\n")
}

// writeCell writes a cell on one line, which no spreadsheet takes for a formula: one that
// could be gets a leading apostrophe, and so does one that was when it still began with
// characters nobody sees. Source: https://owasp.org/www-community/attacks/CSV_Injection.
func writeCell(b *strings.Builder, text string) {
	formula := isFormula(text)
	text = tidy(text)
	if formula || isFormula(text) {
		text = "'" + text
	}
	if !strings.ContainsAny(text, "\",") {
		b.WriteString(text)
		return
	}
	b.WriteByte('"')
	b.WriteString(strings.ReplaceAll(text, `"`, `""`))
	b.WriteByte('"')
}

// isFormula reports whether a spreadsheet could run a cell: also behind characters that
// nobody sees, and with the wide signs of East Asian keyboards.
func isFormula(text string) bool {
	if text != "" && strings.ContainsRune("\t\r\n", rune(text[0])) {
		return true
	}
	text = strings.TrimLeftFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	})
	return strings.IndexAny(text, "=+-@＝＋－＠") == 0
}
