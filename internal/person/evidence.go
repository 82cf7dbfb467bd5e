package person

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Origin is how a person came under a resource's care. It decides what becomes of the
// person when the resource goes.
type Origin string

// The origins.
const (
	// Invited: this resource created the person.
	Invited Origin = "invited"
	// Adopted: the person was in the directory before the resource.
	Adopted Origin = "adopted"
	// Restored: the person was in the deleted items, and this resource brought him back.
	Restored Origin = "restored"
	// Imported: the person came by terraform import.
	Imported Origin = "imported"
	// Created: this resource created the account.
	Created Origin = "created"
)

// Own reports whether the resource itself brought the person into the directory.
func (o Origin) Own() bool { return o == Invited || o == Created }

// Evidence is what the private state keeps about a person: who it is, and what is known
// of who created the person.
type Evidence struct {
	// ObjectID marks the instance as the holder of this person. A plan that has it but
	// no prior state is a replacement.
	ObjectID string `json:"object_id"`
	// SentAt is the time on Graph's clock just before the invitation; zero when this
	// resource has sent none.
	SentAt time.Time `json:"sent_at,omitzero"`
	// WrittenAt is the time on Graph's clock of the last write: what is read before a
	// few minutes have passed may be older.
	WrittenAt time.Time `json:"written_at,omitzero"`
	// Proven says that Origin was compared with the person's creation time.
	Proven bool `json:"proven,omitempty"`
	// Fresh says that the state was imported and not read yet.
	Fresh bool `json:"fresh,omitempty"`
	// Quiet says that the person was imported and nothing was applied since: triggers are
	// recorded then, and send nothing.
	Quiet bool `json:"quiet,omitempty"`
	// ReadAt is the time on Graph's clock of the last read: the clock by which a plan
	// judges expiry, so that planning it again at apply gives the same answer.
	ReadAt time.Time `json:"read_at,omitzero"`
	// DisabledByExpiry says that the account was disabled because its time was over;
	// only then a later date enables it again.
	DisabledByExpiry bool `json:"disabled_by_expiry,omitempty"`
	// Gone says that the person expired and was then deleted outside: nobody is missed.
	Gone bool `json:"gone,omitempty"`
	// Moving is the address a move is under way to: its last step has not succeeded.
	Moving string `json:"moving,omitempty"`
	// Revoke says that the account was disabled and its sessions are still to be revoked.
	Revoke bool `json:"revoke,omitempty"`
	// Spared says that another account was made as the person's successor, and that the
	// person was not let go for it.
	Spared bool `json:"spared,omitempty"`
	// RolesOpen says that reading the roles failed, so they are asked for again.
	RolesOpen bool `json:"roles_open,omitempty"`
	// Roles are the directory roles that somebody imported holds.
	Roles []string `json:"roles,omitempty"`
	// Addresses are those known as the person's, in lower case: another mail address in
	// Graph is a change of address, one of these is not.
	Addresses []string `json:"addresses,omitempty"`
}

// Address notes the addresses a read has shown and returns the person's address: the
// one in the state, or, when mail has become one never seen before, that.
func (e *Evidence) Address(state string, user graph.User) string {
	mail := ""
	if user.Mail != nil {
		mail = *user.Mail
	}
	if mail != "" && len(e.Addresses) > 0 && !strings.EqualFold(mail, state) && !slices.Contains(e.Addresses, strings.ToLower(mail)) {
		return mail
	}
	known := append([]string{state, mail}, user.OtherMails...)
	for _, proxy := range user.ProxyAddresses {
		if prefix, address, ok := strings.Cut(proxy, ":"); ok && strings.EqualFold(prefix, "smtp") {
			known = append(known, address)
		}
	}
	for i := range known {
		known[i] = strings.ToLower(known[i])
	}
	known = append(known, e.Addresses...)
	slices.Sort(known)
	e.Addresses = slices.DeleteFunc(slices.Compact(known), func(address string) bool { return address == "" })
	return state
}

// clockTolerance is the resolution of Graph's times: both the Date header and
// createdDateTime are in whole seconds.
const clockTolerance = 2 * time.Second

// Prove compares the origin with the person's creation time and returns the true one.
// POST /invitations answers with a person who was there already as if it had created
// him; only the time tells.
func (e *Evidence) Prove(origin Origin, user graph.User) Origin {
	if !origin.Own() || e.Proven || user.CreatedDateTime == nil {
		return origin
	}
	e.Proven = true
	if user.CreatedDateTime.Before(e.SentAt.Add(-clockTolerance)) {
		return Adopted
	}
	return origin
}

const evidenceKey = "person"

// LoadEvidence reads the evidence from private state; ok is false when there is none.
func LoadEvidence(ctx context.Context, private interface {
	GetKey(context.Context, string) ([]byte, diag.Diagnostics)
},
) (evidence Evidence, ok bool, diags diag.Diagnostics) {
	data, diags := private.GetKey(ctx, evidenceKey)
	if diags.HasError() || len(data) == 0 {
		return Evidence{}, false, diags
	}
	if err := json.Unmarshal(data, &evidence); err != nil {
		diags.AddError("Private state cannot be read",
			fmt.Sprintf("The provider's private data about this person is damaged: %v.", err))
		return Evidence{}, false, diags
	}
	return evidence, true, diags
}

// ForgetEvidence removes the evidence from private state, which outlives a state that a
// read has dropped: the next plan is then a new person, not a replacement.
func ForgetEvidence(ctx context.Context, private interface {
	SetKey(context.Context, string, []byte) diag.Diagnostics
},
) diag.Diagnostics {
	return private.SetKey(ctx, evidenceKey, nil)
}

// Save writes the evidence to private state.
func (e Evidence) Save(ctx context.Context, private interface {
	SetKey(context.Context, string, []byte) diag.Diagnostics
},
) diag.Diagnostics {
	data, err := json.Marshal(e)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private state cannot be written", err.Error())}
	}
	return private.SetKey(ctx, evidenceKey, data)
}
