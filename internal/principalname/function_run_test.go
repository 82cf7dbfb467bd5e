package principalname_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

// A map with an unknown element counts as known, so the protocol lets it through.
func TestFunctionOfUnknownOption(t *testing.T) {
	t.Parallel()
	options := types.MapValueMust(types.StringType, map[string]attr.Value{"prefix": types.StringUnknown(), "suffix": types.StringValue("-x")})
	arguments := []attr.Value{
		types.StringValue("Jan"), types.StringValue("Novak"), types.StringValue("contoso.com"),
		types.TupleValueMust([]attr.Type{options.Type(t.Context())}, []attr.Value{options}),
	}
	response := function.RunResponse{Result: function.NewResultData(types.StringUnknown())}
	principalname.NewFunction().Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData(arguments)}, &response)
	if response.Error != nil {
		t.Fatal(response.Error)
	}
	if got := response.Result.Value(); !got.IsUnknown() {
		t.Errorf("result %s, want it unknown", got)
	}
}
