package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

const contoso = "8b3f4c0e-6a0f-4a52-9f0c-1f6f0f6c2d11"

func TestGolden(t *testing.T) {
	t.Parallel()
	few := append(crowd(6), hostilePeople()[:12]...)
	plain := report.Rules{AsOf: asOf, PendingDays: 14}
	for name, r := range map[string]report.Report{
		"people":  report.New("Guests of Contoso", contoso, allRules(), few, true),
		"numbers": report.New("Guest report", contoso, plain, few, false),
		"nobody":  report.New("Guest report", contoso, plain, nil, true),
	} {
		for format, extension := range map[report.Format]string{report.Markdown: "md", report.HTML: "html", report.CSV: "csv"} {
			path := filepath.Join("testdata", name+"."+extension)
			got := r.Render(format)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("%s is not what it was (-update writes it anew): %s", path, diff)
			}
		}
	}
}

// The order in which Graph lists people does not show.
func TestDeterministic(t *testing.T) {
	t.Parallel()
	people := append(crowd(50), hostilePeople()...)
	twin := people[3]
	twin.ObjectID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
	people = append(people, twin)
	backwards := slices.Clone(people)
	slices.Reverse(backwards)
	for _, format := range []report.Format{report.Markdown, report.HTML, report.CSV} {
		for _, list := range []bool{false, true} {
			one := report.New("x", contoso, allRules(), slices.Clone(people), list).Render(format)
			other := report.New("x", contoso, allRules(), slices.Clone(backwards), list).Render(format)
			if diff := cmp.Diff(one, other); diff != "" {
				t.Errorf("%s: %s", format, diff)
			}
		}
	}
}

// Without include_people nothing about a single person is rendered.
func TestNumbersOnly(t *testing.T) {
	t.Parallel()
	people := crowd(40)
	r := report.New("Guest report", contoso, allRules(), people, false)
	for _, format := range []report.Format{report.Markdown, report.HTML, report.CSV} {
		text := r.Render(format)
		for _, p := range people {
			for _, private := range []string{p.Name, p.Address, p.ObjectID} {
				if strings.Contains(text, private) {
					t.Errorf("%s shows %s", format, private)
				}
			}
		}
	}
}
