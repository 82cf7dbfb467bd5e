// Package bulk carries lists of very many objects past the plugin framework.
//
// On the way from a data source to Terraform the framework takes every value apart and
// copies it, several times: 30,000 users with their profile take it close to a gigabyte. A
// data source hands such an attribute over in the form in which it goes over the wire
// instead, and leaves it null for the framework; the server of this package puts it in its
// place.
package bulk
