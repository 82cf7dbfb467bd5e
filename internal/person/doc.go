// Package person holds what every user-like resource shares: the profile attributes
// with their mapping to Microsoft Graph and the difference that becomes a PATCH, the
// validation of what people write about people, the evidence of who created a person,
// and the register that keeps one person in one instance.
package person
