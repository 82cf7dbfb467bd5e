// Package graph is the one room that speaks to Microsoft Graph.
//
// It offers typed operations on small domain types and hides everything that makes
// Graph hard to talk to: throttling, replication, answers that get lost, and the SDK.
// Nothing in it knows Terraform; nothing outside it knows the SDK.
//
// A request passes these stations:
//
//	operation -> SDK request builder -> adapter -> sender (governor, retries) -> Graph
package graph
