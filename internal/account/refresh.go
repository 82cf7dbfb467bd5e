package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/mail"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// Missed deals with somebody who is proven gone. The instance leaves the state, so that
// the plan shows a new person, unless the person's time was over: nobody misses an
// expired one, and the entry stays with nothing to do. It reports whether it stays.
func (k *Keeper) Missed(ctx context.Context, gone *person.Gone, s Subject, expired func(time.Time) bool, evidence *person.Evidence, resp *resource.ReadResponse) (stays bool) {
	if k.Absent(gone, s, expired, evidence, &resp.Diagnostics) {
		return true
	}
	resp.State.RemoveResource(ctx)
	resp.Diagnostics.Append(person.ForgetEvidence(ctx, resp.Private)...)
	return false
}

// Absent is Missed without the state: it tells, and reports whether the person's entry
// stays.
func (k *Keeper) Absent(gone *person.Gone, s Subject, expired func(time.Time) bool, evidence *person.Evidence, diags *diag.Diagnostics) (stays bool) {
	evidence.ReadAt = k.Session.Graph.Now()
	if !expired(evidence.ReadAt) {
		diags.AddWarning("A "+k.Kind.Noun+" is gone", s.Who()+" was deleted outside Terraform"+gone.Since()+
			". The plan brings the person back, "+k.Kind.Back+", unless the resource is removed.")
		return false
	}
	diags.AddWarning("An expired "+k.Kind.Noun+" is gone", s.Who()+" was deleted outside Terraform"+gone.Since()+
		" after the time was over. Nothing is left to do; the entry can be removed.")
	evidence.Gone = true
	k.Hold(s, diags)
	return true
}

// Unread keeps the state of a person who could not be read, where that is no failure.
func (k *Keeper) Unread(err error, s Subject, diags *diag.Diagnostics) {
	switch {
	case errors.Is(err, person.ErrUnproven):
		diags.AddWarning("A "+k.Kind.Noun+" cannot be found yet",
			s.Who()+" was written a moment ago and does not show in the directory yet. The state is kept as it is.")
	case graph.IsForbidden(err):
		if k.Session.Once("forbidden " + k.Kind.Plural) {
			diags.Append(diagnostic.Warning(sentence(k.Kind.Plural)+" cannot be read", err, "The state is kept as it is, without looking for changes."))
		}
	default:
		diags.Append(diagnostic.Error("Reading the "+k.Kind.Noun+" failed", err))
		return
	}
	k.Hold(s, diags)
}

// Prove corrects the origin of a person who was there before this resource created one. A
// first mail that has not gone yet is none for this person.
func (k *Keeper) Prove(user graph.User, s Subject, evidence *person.Evidence, diags *diag.Diagnostics) {
	proven := evidence.Prove(s.From(), user)
	if proven == s.From() {
		return
	}
	s.Origin = types.StringValue(string(proven))
	spared := ""
	if mail.Status(s.WelcomeEmailStatus.ValueString()).Open() {
		s.WelcomeEmailStatus = mail.None.Value()
		spared = " The welcome mail that was due is not sent: nobody who was there is welcomed, unless welcome_email.trigger changes."
	}
	diags.AddWarning("A "+k.Kind.Noun+" was there already", fmt.Sprintf(
		"%s was created on %s, before this resource sent its request: Microsoft Graph answered with the person who was there. "+
			"The origin is corrected to %q, so destroying the resource disables the person unless on_destroy says otherwise.",
		s.Who(), user.CreatedDateTime.UTC().Format("2006-01-02"), proven)+spared)
}

// Hold notes that this instance has the person, and reports another one that would
// create the same person.
func (k *Keeper) Hold(s Subject, diags *diag.Diagnostics) {
	if clash := k.Session.Register.Read(k.Instance(s)); clash != nil {
		diags.AddError(clash.Summary(), clash.Error())
	}
}
