// Package invitation is the resource entraguest_invitation: a guest, from the
// invitation to the way out.
package invitation
