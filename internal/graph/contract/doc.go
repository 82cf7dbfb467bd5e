// Package contract holds JSON bodies against the models of the Microsoft Graph SDK:
// which properties an entity has, of which kind they are, and which part of a body the
// SDK would not recognise.
//
// It is for checking alone, by the emulator and by tests. The released binary never
// imports it: the package of the models is very large.
//
// The models are generated from Graph's own metadata, so they serve as its contract. How
// they are asked: a model gives one deserializer per property, and a probe in place of
// the JSON node notes which kind of value each deserializer wants. Nothing here depends
// on names of Go methods.
package contract
