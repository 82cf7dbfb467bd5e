// Package accessrequests tests examples/access-requests: its scripts with hostile requests, the rules its workflows
// keep, and the whole round from a request to the day it ends, with a real Terraform CLI and the emulator.
package accessrequests
