// Package bulk serves very many objects where the plugin framework is at its limits.
//
// On the way from a data source to Terraform the framework takes every value apart and
// copies it, several times: 30,000 users with their profile take it close to a gigabyte. A
// data source hands such an attribute over in the form in which it goes over the wire
// instead, and leaves it null for the framework; the server of this package puts it in its
// place.
//
// The framework also keeps the context of every call, with the loggers in it, for as long as
// the process lives: 100 KB for each guest who is planned. It gets contexts that let go of
// what is behind them.
package bulk
