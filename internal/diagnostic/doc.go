// Package diagnostic turns errors into what a user of Terraform reads: what was being
// done to whom, what Graph answered, under which request id, and what to do about it.
package diagnostic
