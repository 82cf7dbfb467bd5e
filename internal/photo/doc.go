// Package photo is the resource entraguest_user_photo: the profile photo of a user, from
// bytes, from a file, or from a user of another tenant.
package photo
