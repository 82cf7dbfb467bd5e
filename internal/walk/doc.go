// Package walk tells one walk of Terraform from the next.
//
// A plan, and the apply of it, are walks, and the provider remembers things for the time of
// one: who is planned to come, which memberships are spoken for, who has just been written.
// Terraform starts and configures a provider for each walk, but for terraform test, which
// since 1.13 configures one provider for all the runs of a file. What the first run's plan
// has left behind would then be held against its apply.
//
// NewServer gives each walk a server of its own, configured as Terraform has configured the
// first. Outside of tests it finds no sign of another walk. In a test, two resources for one
// person are not always refused, runs that are parallel are not told apart, and what was
// created before the destroy of what it replaces is not known to that.
package walk
