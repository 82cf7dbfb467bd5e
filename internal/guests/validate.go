package guests

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// ValidateConfig checks every guest by itself, and that no address stands twice.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var guests types.Map
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("guests"), &guests)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var d digest
	_, _ = entries(guests, nil, &d)
	resp.Diagnostics.Append(d.report(false)...)
}

// entries reads all guests that are known, and returns the keys of those that are not.
// Who is present with the same text is not read again.
func entries(guests types.Map, present map[string]*guest, d *digest) (known map[string]*entry, unknown []string) {
	elements := guests.Elements()
	known = make(map[string]*entry, len(elements))
	for key, value := range elements {
		raw, ok := value.(types.String)
		switch {
		case !ok || raw.IsNull():
			d.add(key, fault("A guest is null", "A guest that is not to be there is left out of the map."))
			continue
		case raw.IsUnknown():
			unknown = append(unknown, key)
			continue
		}
		if g := present[key]; g != nil && g.raw == raw.ValueString() {
			known[key] = g.entry
			continue
		}
		e, faults := decode(raw.ValueString())
		for _, text := range faults {
			d.add(key, fault("Invalid guest", text))
		}
		if strings.TrimSpace(key) == "" {
			d.add(key, fault("Invalid key", "A key that is empty, or only blanks, names nobody."))
		}
		known[key] = e
	}
	doubles(known, d)
	managers(known, elements, d)
	return known, unknown
}

// doubles refuses one address for two guests. Upper and lower case make no difference.
func doubles(known map[string]*entry, d *digest) {
	owners := make(map[string]string, len(known))
	for _, key := range slices.Sorted(maps.Keys(known)) {
		address := strings.ToLower(known[key].Email)
		if address == "" {
			continue
		}
		if first, taken := owners[address]; taken {
			d.add(key, fault("Two guests have one address", fmt.Sprintf(
				"%s is the address of guests[%s], too. One person can be here once.", diagnostic.Quote(known[key].Email), diagnostic.Quote(first))))
			continue
		}
		owners[address] = key
	}
	for key, e := range known {
		for _, other := range e.Others() {
			if owner, taken := owners[strings.ToLower(other)]; taken && owner != key {
				d.add(key, fault("Two guests have one address", fmt.Sprintf(
					"%s, one of the other mails, is the address of guests[%s]. One person can be here once.", diagnostic.Quote(other), diagnostic.Quote(owner))))
			}
		}
	}
}

func fault(summary, detail string) diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic(summary, detail)}
}
