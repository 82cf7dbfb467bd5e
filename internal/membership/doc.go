// Package membership is the resource entraguest_group_membership: one person, or another
// object, in one group, optionally until a date. Its Target and its ways to look, add and
// remove serve the resource for many people in one group as well.
package membership
