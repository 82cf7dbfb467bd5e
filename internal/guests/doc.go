// Package guests is the resource entraguest_guests: very many guests in one resource,
// each one line of JSON in a map. What becomes of a single person is decided by the same
// code as in entraguest_invitation, internal/account; this room keeps the many together.
package guests
