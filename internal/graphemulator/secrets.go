package graphemulator

import (
	"maps"
	"slices"
)

// Secrets returns what nobody but the person may see: the passwords and passes that the
// people of a tenant have now, whether they were mailed or not, and every redeem link.
func (e *Emulator) Secrets(tenantID string) []string {
	var found []string
	e.inspect(tenantID, func(t *tenant) {
		for _, kept := range t.credentials {
			if kept.password != "" {
				found = append(found, kept.password)
			}
			if kept.pass != nil {
				found = append(found, kept.pass.code)
			}
		}
		found = slices.AppendSeq(found, maps.Keys(t.links))
	})
	slices.Sort(found)
	return found
}
