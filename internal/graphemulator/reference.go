package graphemulator

import (
	"net/url"
	"slices"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph/contract"
)

// reference reads a $ref body and returns the id it refers to. Segments are the
// collections in which the id may be named.
func (c *call) reference(segments ...string) (string, error) {
	body, err := c.object()
	if err != nil {
		return "", err
	}
	if unknown, err := contract.UnknownProperties(contract.EntityReference, c.body); err != nil || len(unknown) > 0 {
		return "", badSyntax("Invalid entity reference link: only '@odata.id' is expected.")
	}
	return c.referencedID(text(body, "@odata.id"), segments...)
}

// referencedID takes the id out of the address of an object. The address must be one of
// this service, in one of the versions.
func (c *call) referencedID(reference string, segments ...string) (string, error) {
	wrong := badRequest("Invalid URL format specified in payload: '%s'.", reference)
	parsed, err := url.Parse(reference)
	if err != nil || parsed.Scheme != "https" || parsed.RawQuery != "" || parsed.Fragment != "" {
		return "", wrong
	}
	if origin := parsed.Scheme + "://" + parsed.Host; origin != c.emulator.origin && origin != "https://graph.microsoft.com" {
		return "", wrong
	}
	path, err := splitPath(parsed.EscapedPath())
	if err != nil {
		return "", wrong
	}
	if len(path) == 0 || path[0] != "v1.0" && path[0] != "beta" {
		return "", wrong
	}
	path = canonical(path[1:])
	// Some clients name the tenant in front of the collection.
	if len(path) == 3 && strings.EqualFold(path[0], c.tenant.id) {
		path = path[1:]
	}
	if len(path) != 2 || !slices.Contains(segments, path[0]) || !isGUID(path[1]) {
		return "", wrong
	}
	return strings.ToLower(path[1]), nil
}

// target finds the object a reference points to, as the replica that answers sees it.
func (c *call) target(id string) (item, error) {
	t := c.tenant
	if o := t.directoryObject(id); o != nil {
		if p := t.replication.view(o); p != nil && o.exists() {
			return item{kind: o.kind, properties: p}, nil
		}
		return item{}, notFound(id)
	}
	if a := t.principal(id); a != nil {
		return item{kind: kindPrincipal, properties: t.principalProperties(a)}, nil
	}
	return item{}, notFound(id)
}
