package principalname

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// Positions of the arguments of guest_user_principal_name, from 0.
const (
	argumentEmail int64 = iota
	argumentInitialDomain
)

// GuestFunction is the provider function guest_user_principal_name.
type GuestFunction struct{}

var _ function.Function = GuestFunction{}

// NewGuestFunction returns the function.
func NewGuestFunction() function.Function { return GuestFunction{} }

// Metadata names the function.
func (GuestFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "guest_user_principal_name"
}

// Definition describes the function.
func (GuestFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The user principal name of a guest by the invited address",
		MarkdownDescription: fmt.Sprintf("Returns the user principal name that Microsoft Entra makes for a guest invited by an address: `user@contoso.com` becomes `user_contoso.com#EXT#@fabrikam.onmicrosoft.com`. "+
			"The case of the address is kept. It is the name at the time of the invitation, and asks no directory: moving the guest to another address later does not change it.\n\n"+
			"An address that cannot be invited is an error, and so is one whose name would have more than %d characters.", MaxName),
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "email",
				MarkdownDescription: "Address the guest is invited by. Graph: `invitedUserEmailAddress`.",
			},
			function.StringParameter{
				Name:                "initial_domain",
				MarkdownDescription: "The `onmicrosoft.com` domain the tenant began with, such as `fabrikam.onmicrosoft.com`; never a domain added later. The data source `entraguest_tenant` has it as `initial_domain`.",
			},
		},
		Return: function.StringReturn{},
	}
}

// Run makes the name.
func (GuestFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var email, initialDomain string
	resp.Error = req.Arguments.Get(ctx, &email, &initialDomain)
	if resp.Error != nil {
		return
	}
	name, err := Guest(email, initialDomain)
	if err != nil {
		argument := argumentEmail
		if _, ok := errors.AsType[*InvalidDomain](err); ok {
			argument = argumentInitialDomain
		}
		resp.Error = blame(argument, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, name)
}
