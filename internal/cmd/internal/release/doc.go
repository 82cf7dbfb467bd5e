// Package release tests what a release is and what makes it: the zips and checksums of .goreleaser.yml, installed by a
// real Terraform CLI; the check before a release; and the workflows of this project.
package release
