package report_test

import (
	"encoding/csv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/report"
)

// someone is a report about one person who bears the text everywhere.
func someone(text string) report.Report {
	p := report.Person{ObjectID: "1", Name: text, Address: text, Domain: text, Company: text, UserType: text, State: text}
	return report.New(text, text, allRules(), []report.Person{p}, true)
}

func records(t *testing.T, text string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return all
}

func TestCSVCells(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Ada": "Ada", "": "", "a,b": `"a,b"`, `a"b`: `"a""b"`, "a\r\n::b": "a  ::b", "a=b": "a=b", "a-b": "a-b", "ada@x.example": "ada@x.example",
		"=1": "'=1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'x", "\rx": "'x", "\nx": "'x", `=A(",")`: `"'=A("","")"`, "\u202e=1": "'=1",
		" =1": "'=1", "\u200b=1": "'\u200b=1", "\ufeff=1": "'=1", "＝1": "'＝1", "＠x": "'＠x", "a\x00b": "a b", "a\xff": "a\ufffd", "a\x1b[31m": "a [31m",
	} {
		row := strings.TrimPrefix(strings.SplitAfterN(someone(text).Render(report.CSV), "\r\n", 2)[1], "1,")
		if !strings.HasPrefix(row, want+",") {
			t.Errorf("%q became %q, want %q", text, row, want)
		}
	}
}

// Whatever people are called, it stays on its line, a reader gets its words back, and no
// spreadsheet takes it for a formula.
func FuzzCSV(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all := records(t, someone(text).Render(report.CSV))
		if len(all) != 2 || len(all[1]) != len(all[0]) {
			t.Fatalf("%q made %d records", text, len(all))
		}
		for _, i := range []int{1, 2, 3, 4, 5, 6} {
			cell := all[1][i]
			if cell != "" && strings.ContainsRune("=+-@\t\r", []rune(cell)[0]) {
				t.Errorf("%q begins like a formula", cell)
			}
			if !utf8.ValidString(cell) || strings.ContainsFunc(cell, diagnostic.Hostile) {
				t.Errorf("%q is more than a line of text", cell)
			}
			if diff := cmp.Diff(words(text), words(cell)); diff != "" {
				t.Errorf("%q came back as %q", text, cell)
			}
		}
	})
}

// words are the letters and digits of a text.
func words(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

func TestCSVOfNumbers(t *testing.T) {
	t.Parallel()
	people := crowd(40)
	all := records(t, report.New("x", contoso, allRules(), people, false).Render(report.CSV))
	sums := map[string]int{}
	for _, record := range all[1:] {
		n := 0
		for _, digit := range record[2] {
			n = n*10 + int(digit-'0')
		}
		sums[record[0]] += n
	}
	for _, measure := range []string{"total", "by_redemption_state", "by_domain", "by_company", "invited_per_month"} {
		if sums[measure] != 40 {
			t.Errorf("%s adds up to %d", measure, sums[measure])
		}
	}
	if sums["enabled"]+sums["disabled"] != 40 {
		t.Error("somebody is neither enabled nor disabled")
	}
}
