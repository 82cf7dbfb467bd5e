// Package graphemulator is an in-memory Microsoft Graph and Microsoft Entra sign-in
// server. It stands in for the real ones in tests, the demo and the benchmark, so it is
// at least as hard to please as they are: what Graph refuses is refused here with the
// same status and code, and what Graph does to a tenant is done here.
//
// An Emulator serves, over TLS with its own certificate authority and on one port:
//
//   - OpenID discovery and the token endpoint of every tenant, by tenant id or domain;
//   - the Azure metadata document at /metadata/endpoints;
//   - Graph below /v1.0 and /beta, with permissions by token role, replication lag,
//     throttling by the published limits, latency and injected faults;
//   - an admin API below /admin, a thin wrapper of the methods of Emulator.
//
// Every request is recorded, and so is every mail that Graph would have sent. SignIn lets
// a test use what was mailed, as the person would. The clock
// can be moved: it sets the Date header, createdDateTime and the life of deleted items.
//
// What is not established about Graph is a switch, see Switches.
package graphemulator
