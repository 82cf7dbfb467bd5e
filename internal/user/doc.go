// Package user holds the data sources entraguest_user, one user found by anything people
// know about him, and entraguest_users, many of them.
package user
