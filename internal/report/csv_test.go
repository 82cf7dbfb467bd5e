package report_test

import (
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

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
		"Ada": "Ada", "": "", "a,b": `"a,b"`, `a"b`: `"a""b"`, "a\nb": "\"a\nb\"", "a=b": "a=b", "a-b": "a-b", "ada@x.example": "ada@x.example",
		"=1": "'=1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "\"'\rx\"", "\nx": "\"'\nx\"", `=A(",")`: `"'=A("","")"`,
		" =1": "' =1", "\u200b=1": "'\u200b=1", "\ufeff=1": "'\ufeff=1", "＝1": "'＝1", "＠x": "'＠x", "a\x00b": "a\ufffdb", "a\xff": "a\ufffd",
	} {
		row := strings.TrimPrefix(strings.SplitAfterN(someone(text).Render(report.CSV), "\r\n", 2)[1], "1,")
		if !strings.HasPrefix(row, want+",") {
			t.Errorf("%q became %q, want %q", text, row, want)
		}
	}
}

// Whatever people are called, a reader gets it back, and no spreadsheet takes it for a
// formula.
func FuzzCSV(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all := records(t, someone(text).Render(report.CSV))
		if len(all) != 2 || len(all[1]) != len(all[0]) {
			t.Fatalf("%q made %d records", text, len(all))
		}
		// A reader turns line ends into its own.
		want := strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd"), "\r\n", "\n")
		for _, i := range []int{1, 2, 3, 4, 5, 6} {
			cell := all[1][i]
			if cell != "" && strings.ContainsRune("=+-@\t\r", []rune(cell)[0]) {
				t.Errorf("%q begins like a formula", cell)
			}
			if !utf8.ValidString(cell) {
				t.Errorf("%q is no UTF-8", cell)
			}
			// The apostrophe may be the guard's or the person's own.
			if diff := cmp.Diff(want, cell); diff != "" && cell != "'"+want {
				t.Errorf("%q came back as %q", text, cell)
			}
		}
	})
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
