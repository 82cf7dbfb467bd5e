package guests

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// managers refuses managers who are no guests of the map. all holds every key, also of
// those who are not known yet. Two may be each other's manager: Graph minds only one's own.
func managers(known map[string]*entry, all map[string]attr.Value, d *digest) {
	for key, e := range known {
		manager := e.Manager.ValueString()
		switch _, there := all[manager]; {
		case manager == "":
		case manager == key:
			d.add(key, fault("A guest cannot be their own manager", "manager is the key of another guest."))
		case !there:
			d.add(key, fault("There is no such manager", fmt.Sprintf(
				"manager is the key of another guest of this resource, and there is no guests[%s]. Write manager_id for anybody else.", diagnostic.Quote(manager))))
		}
	}
}

// managerID is the object id of the manager who is written down by key, as objectID knows
// it: null where nobody is, "" where there is to be none.
func (e *entry) managerID(objectID func(key string) types.String) types.String {
	if e.Manager.ValueString() == "" {
		return e.Manager
	}
	return objectID(e.Manager.ValueString())
}

// objectID is that of somebody who stays, unknown of somebody who has yet to come. Who is
// gone after his time is nobody's manager, and is not missed.
func (m matching) objectID(key string) types.String {
	switch g := m.stays[key]; {
	case g == nil:
		return types.StringUnknown()
	case g.evidence.Gone:
		return types.StringNull()
	default:
		return g.ObjectID
	}
}

// reassigns reports whether the manager who is written down by key has to be set.
func (c *change) reassigns() bool {
	return !c.managerID.IsNull() && (c.guest.lack != "" || !c.managerID.Equal(c.guest.managerID))
}

// lead gives people the managers who are written down by key: now all are there who could
// come.
func (w *work) lead(ctx context.Context, all map[string]*entry, keys []string) {
	each(ctx, keys, workers, func(key string) {
		if g := w.people[key]; g != nil && g.lack == "" {
			w.leadOne(ctx, g, all[key])
		}
	}, w.late)
}

func (w *work) leadOne(ctx context.Context, g *guest, e *entry) {
	difference, evidence := person.Difference{SetManager: true}, g.evidence
	if key := e.Manager.ValueString(); key != "" {
		manager := w.people[key]
		switch {
		case manager == nil:
			w.finish(g, func(diags *diag.Diagnostics) {
				diags.AddError("The manager is not there yet", "guests["+diagnostic.Quote(key)+"] could not be invited. The next apply continues.")
			})
			return
		case manager.evidence.Gone:
			return
		case manager.evidence.WrittenAt.After(evidence.WrittenAt):
			evidence.WrittenAt = manager.evidence.WrittenAt
		}
		difference.Manager = manager.ObjectID.ValueString()
	}
	w.finish(g, func(diags *diag.Diagnostics) {
		if err := w.r.keeper.Complete(ctx, difference, evidence); err != nil {
			diags.Append(diagnostic.Error("Setting the manager failed", err, "The next apply continues."))
			return
		}
		g.evidence.WrittenAt = w.r.Session.Graph.Now()
	})
}

// managers shows whose manager is another one than the state says: by key where the
// manager is a guest of the map.
func (s *sight) managers() {
	keys := make(map[string]string, len(s.people))
	for key, g := range s.people {
		keys[strings.ToLower(g.ObjectID.ValueString())] = key
	}
	for g, found := range s.led {
		if strings.EqualFold(found, g.managerID.ValueString()) {
			continue
		}
		if manager := s.people[g.entry.Manager.ValueString()]; manager != nil && manager.evidence.Gone {
			continue
		}
		g.raw = withManager(g.raw, found, keys[strings.ToLower(found)])
		g.entry, _ = decode(g.raw) // made here, of what the directory holds
	}
}

// withManager writes another manager into the text of a guest: the key where it is known,
// else the object id.
func withManager(raw, id, key string) string {
	var all map[string]any
	if json.Unmarshal([]byte(raw), &all) != nil {
		return raw
	}
	all[nameManager] = key
	if id != "" && key == "" {
		delete(all, nameManager)
		all[nameManagerID] = id
	}
	return encode(all)
}
