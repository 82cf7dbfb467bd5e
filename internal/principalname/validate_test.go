package principalname_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/principalname"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	domain := strings.Repeat("d", 36) + ".example.com"
	for name, test := range map[string]struct{ upn, fault string }{
		"plain":              {"jan.novak@contoso.com", ""},
		"all characters":     {"A.z-0_9'!#^~@Contoso-1.com", ""},
		"reserved is fine":   {"admin@contoso.com", ""},
		"longest":            {strings.Repeat("a", 64) + "@" + domain, ""},
		"empty":              {"", "is empty"},
		"no at":              {"jan.novak", "has no @"},
		"two ats":            {"jan@novak@contoso.com", "has more than one @"},
		"nothing before":     {"@contoso.com", "has nothing before the @"},
		"accent":             {"rené@contoso.com", `has the character "é" before the @`},
		"blank":              {"jan novak@contoso.com", "has a blank before the @"},
		"plus":               {"jan+x@contoso.com", `has the character "+"`},
		"hostile":            {"jan\u202enovak@contoso.com", `has the character "\u202e"`},
		"too long":           {strings.Repeat("a", 65) + "@contoso.com", "has 65 characters before the @, and 64 are allowed"},
		"dot first":          {".jan@contoso.com", "has a dot at the start or end"},
		"dot last":           {"jan.@contoso.com", "has a dot at the start or end"},
		"guest":              {"jan_x.com#EXT#@contoso.com", "contains #EXT#"},
		"guest, lower case":  {"jan_x.com#ext#@contoso.com", "contains #EXT#"},
		"no domain":          {"jan@", "has a domain that is empty"},
		"one word":           {"jan@contoso", "is a single word"},
		"domain dot":         {"jan@contoso..com", "two in a row"},
		"domain dot last":    {"jan@contoso.com.", "has a dot at its start or end"},
		"domain hyphen":      {"jan@-contoso.com", "has a hyphen at the start or end of a part"},
		"domain underscore":  {"jan@con_toso.com", `has a domain that has the character "_"`},
		"domain accent":      {"jan@contosö.com", `"ö"`},
		"domain too long":    {"a@d" + domain, "has 49 characters, and 48 are allowed"},
		"domain part length": {"a@" + strings.Repeat("d", 64) + ".com", "has a part of more than 63 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := principalname.Validate(test.upn)
			validated := validate(t, principalname.Validator(), types.StringValue(test.upn))
			if test.fault == "" {
				if err != nil || validated != "" {
					t.Errorf("error %v, diagnostic %q", err, validated)
				}
				return
			}
			invalid, ok := errors.AsType[*principalname.Invalid](err)
			if !ok || !strings.Contains(invalid.Fault, test.fault) || invalid.Name != test.upn {
				t.Errorf("error %v, want %q", err, test.fault)
			}
			if !strings.Contains(validated, test.fault) || !strings.HasPrefix(validated, "user_principal_name ") || !strings.HasSuffix(validated, ".") {
				t.Errorf("diagnostic %q, want %q", validated, test.fault)
			}
			if strings.ContainsRune(validated+err.Error(), '\u202e') {
				t.Error("hostile text is shown as it is")
			}
		})
	}
}

// validate returns what a validator says about a value, or "".
func validate(t *testing.T, v validator.String, value types.String) string {
	t.Helper()
	var response validator.StringResponse
	v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("user_principal_name"), ConfigValue: value}, &response)
	for _, diagnostic := range response.Diagnostics {
		return diagnostic.Detail()
	}
	return ""
}

func TestValidatorsOfParts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		validator validator.String
		value     types.String
		fault     string
	}{
		"prefix":          {principalname.AffixValidator(), types.StringValue("ext-"), ""},
		"suffix":          {principalname.AffixValidator(), types.StringValue(".ext"), ""},
		"no affix":        {principalname.AffixValidator(), types.StringValue(""), ""},
		"longest affix":   {principalname.AffixValidator(), types.StringValue(strings.Repeat("x", 20)), ""},
		"long affix":      {principalname.AffixValidator(), types.StringValue(strings.Repeat("x", 21)), "has 21 characters"},
		"odd affix":       {principalname.AffixValidator(), types.StringValue("ext/"), `has the character "/"`},
		"guest affix":     {principalname.AffixValidator(), types.StringValue("#Ext#"), "contains #EXT#"},
		"unknown affix":   {principalname.AffixValidator(), types.StringUnknown(), ""},
		"null affix":      {principalname.AffixValidator(), types.StringNull(), ""},
		"domain":          {principalname.DomainValidator(), types.StringValue("contoso.com"), ""},
		"no domain":       {principalname.DomainValidator(), types.StringValue("contoso"), "is a single word"},
		"unknown name":    {principalname.Validator(), types.StringUnknown(), ""},
		"null name":       {principalname.Validator(), types.StringNull(), ""},
		"domain with at":  {principalname.DomainValidator(), types.StringValue("@contoso.com"), `has the character "@"`},
		"domain in short": {principalname.DomainValidator(), types.StringValue(""), "is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := validate(t, test.validator, test.value)
			if (test.fault == "") != (got == "") || !strings.Contains(got, test.fault) {
				t.Errorf("diagnostic %q, want %q", got, test.fault)
			}
			if test.validator.Description(t.Context()) == "" || test.validator.MarkdownDescription(t.Context()) == "" {
				t.Error("no description")
			}
		})
	}
}
