package report_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/report"
)

func TestFindings(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return asOf.AddDate(0, 0, n).Add(23 * time.Hour) }
	usual := report.Person{State: "Accepted", Enabled: true, Sponsored: true, LastSignIn: day(-1)}
	tests := map[string]struct {
		change func(*report.Person)
		rules  func(*report.Rules)
		want   report.Finding
	}{
		"nothing":                {},
		"disabled":               {change: func(p *report.Person) { p.Enabled = false }, want: report.Disabled},
		"without sponsor":        {change: func(p *report.Person) { p.Sponsored = false }, want: report.WithoutSponsor},
		"pending":                {change: func(p *report.Person) { p.State, p.StateChangedAt = "PendingAcceptance", day(-14) }, want: report.Pending},
		"pending a day longer":   {change: func(p *report.Person) { p.State, p.StateChangedAt = "PendingAcceptance", day(-15) }, want: report.Pending | report.PendingLonger},
		"pending since creation": {change: func(p *report.Person) { p.State, p.CreatedAt = "PendingAcceptance", day(-15) }, want: report.Pending | report.PendingLonger},
		"invited again": {change: func(p *report.Person) {
			p.State, p.CreatedAt, p.StateChangedAt = "PendingAcceptance", day(-99), day(-1)
		}, want: report.Pending},
		"pending since when":        {change: func(p *report.Person) { p.State = "PendingAcceptance" }, want: report.Pending},
		"invited after the report":  {change: func(p *report.Person) { p.State, p.CreatedAt = "PendingAcceptance", day(10) }, want: report.Pending},
		"never signed in":           {change: func(p *report.Person) { p.LastSignIn = time.Time{} }, want: report.NeverSignedIn},
		"pending, never signed in":  {change: func(p *report.Person) { p.State, p.LastSignIn = "PendingAcceptance", time.Time{} }, want: report.Pending},
		"signed in 90 days ago":     {change: func(p *report.Person) { p.LastSignIn = day(-90) }},
		"signed in 91 days ago":     {change: func(p *report.Person) { p.LastSignIn = day(-91) }, want: report.Inactive},
		"sign-ins are not known":    {change: func(p *report.Person) { p.LastSignIn = time.Time{} }, rules: func(r *report.Rules) { r.SignIns = false }},
		"expires today":             {change: func(p *report.Person) { p.ExpiresAt = asOf }, want: report.Expiring},
		"expires in 30 days":        {change: func(p *report.Person) { p.ExpiresAt = day(30) }, want: report.Expiring},
		"expires in 31 days":        {change: func(p *report.Person) { p.ExpiresAt = day(31) }},
		"expired yesterday":         {change: func(p *report.Person) { p.ExpiresAt = day(-1) }, want: report.Expired},
		"expires today, limit none": {change: func(p *report.Person) { p.ExpiresAt = asOf }, rules: func(r *report.Rules) { r.ExpiringDays = 0 }, want: report.Expiring},
		"another zone": {
			// Still the day before in UTC.
			change: func(p *report.Person) {
				p.ExpiresAt = time.Date(2026, time.November, 21, 0, 30, 0, 0, time.FixedZone("", 3600))
			}, want: report.Expired,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, rules := usual, allRules()
			if test.change != nil {
				test.change(&p)
			}
			if test.rules != nil {
				test.rules(&rules)
			}
			if got := rules.Findings(p); got != test.want {
				t.Errorf("got %b, want %b", got, test.want)
			}
		})
	}
}

func TestTallies(t *testing.T) {
	t.Parallel()
	people := []report.Person{
		{ObjectID: "1", Domain: "b.example", Company: "Fabrikam", State: "Accepted", Enabled: true, CreatedAt: time.Date(2026, 8, 31, 23, 30, 0, 0, time.FixedZone("", -3600))},
		{ObjectID: "2", Domain: "a.example", Company: "FABRIKAM", CreatedAt: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)},
		{ObjectID: "3", Domain: "c.example", Company: " Fabrikam  ", State: "PendingAcceptance"},
		{ObjectID: "4", Domain: "c.example", Company: "", State: "Accepted", CreatedAt: time.Date(2026, 9, 30, 23, 0, 0, 0, time.UTC)},
	}
	rules := allRules()
	rules.AsOf = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	n := rules.Count(people)
	check := func(what string, got, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	check("total", []int{n.Total, n.Enabled, n.With(report.Disabled)}, []int{4, 1, 3})
	check("states", n.ByState, []report.Tally{{"Accepted", 2}, {"", 1}, {"PendingAcceptance", 1}})
	check("domains", n.ByDomain, []report.Tally{{"c.example", 2}, {"a.example", 1}, {"b.example", 1}})
	check("companies", n.ByCompany, []report.Tally{{"Fabrikam", 3}, {"", 1}})
	check("months", n.PerMonth, []report.Tally{{"2026-06", 1}, {"2026-07", 0}, {"2026-08", 0}, {"2026-09", 2}, {"2026-10", 0}})
	check("nobody", rules.Count(nil).PerMonth, []report.Tally{})
}

// A date from before there were computers does not fill the report with months.
func TestAbsurdMonths(t *testing.T) {
	t.Parallel()
	people := []report.Person{{ObjectID: "1", CreatedAt: time.Date(1, 2, 1, 0, 0, 0, 0, time.UTC)}, {ObjectID: "2", CreatedAt: daysAgo(1)}}
	want := []report.Tally{{"0001-02", 1}, {"2026-11", 1}}
	if diff := cmp.Diff(want, allRules().Count(people).PerMonth); diff != "" {
		t.Error(diff)
	}
}
