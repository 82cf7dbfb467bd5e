// Package memberships is the resource entraguest_group_memberships: many people in one
// group, in addition to others or alone.
package memberships
