// Package manager is entraguest_user_manager: who is whose manager, where the resource of
// the person cannot say it, because instances of one for_each cannot refer to each other.
package manager
