//go:build !profile

package main

// profiled does nothing in a released program.
func profiled() (stop func()) { return func() {} }
