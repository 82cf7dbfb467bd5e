// Package mail writes and sends the mails of the organisation's own: the welcome_email of
// people, from template to Exchange.
//
// A mail passes these stations:
//
//	Template -> Check (at plan) -> Values -> Letter -> Queue -> Graph
//
// What a letter says may be secret, so it is a secret.Text from the moment values meet
// the template.
package mail
