// Package documentation tests what people read: every block of configuration in the pages is valid and formatted,
// every link inside the project leads somewhere, and the messages that the guides explain exist.
package documentation
