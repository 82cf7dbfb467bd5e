// Package guestsync tests examples/guest-sync: its own tests for Terraform, and its ways of use, with a real Terraform
// CLI and three emulated tenants.
package guestsync
