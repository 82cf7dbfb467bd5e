package report

// measure is one number of a report.
type measure struct {
	// name is that of the attribute, label what readers see, and note what it means.
	name, label, note string
	count             int
	// finding is what the number counts, 0 for none.
	finding Finding
}

// measures are the numbers of a report, without those nothing is known about.
func (r Report) measures() []measure {
	n, rules := r.Numbers, r.Rules
	of := func(name, label, note string, one Finding) measure {
		return measure{name: name, label: label, note: note, count: n.With(one), finding: one}
	}
	all := []measure{
		{name: "total", label: "People", count: n.Total},
		{name: "enabled", label: "Enabled", note: "accounts that can be used", count: n.Enabled},
		of("disabled", "Disabled", "accounts that are blocked", Disabled),
		of("pending_longer", "Pending too long", "invited more than "+days(rules.PendingDays)+" ago", PendingLonger),
		of("without_sponsor", "Without sponsor", "nobody answers for them", WithoutSponsor),
	}
	if rules.SignIns {
		all = append(all,
			of("never_signed_in", "Never signed in", "though not pending", NeverSignedIn),
			of("inactive", "Inactive", "no sign-in for more than "+days(rules.InactiveDays), Inactive))
	}
	if rules.Dates {
		all = append(all,
			of("expiring", "Expiring", "within "+days(rules.ExpiringDays), Expiring),
			of("expired", "Expired", "the date has passed", Expired))
	}
	return all
}
