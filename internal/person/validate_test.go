package person

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func refused(t *testing.T, v validator.String, value string) bool {
	t.Helper()
	var response validator.StringResponse
	v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("x"), ConfigValue: types.StringValue(value)}, &response)
	for _, d := range response.Diagnostics {
		if strings.ContainsAny(d.Detail(), "\n\r\u202e") {
			t.Errorf("hostile characters reach the diagnostic of %q: %q", value, d.Detail())
		}
	}
	return response.Diagnostics.HasError()
}

func TestValidators(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 65)
	tests := map[string]struct {
		validator validator.String
		good, bad []string
	}{
		"address": {
			validator: Address(),
			good: []string{
				"ada@x.example", "Ada.Lovelace@X.Example", "a_b-c@sub.x.example", "o'brien@x.example", "_@x.example",
				"ada@bücher.example", "ada@xn--bcher-kva.example", strings.Repeat("x", 64) + "@x.example",
			},
			bad: []string{
				"", "ada", "@x.example", "ada@", "ada@x", "ada@@x.example", "a@b@x.example", "ada+tag@x.example", "ada x@x.example",
				".ada@x.example", "ada.@x.example", "-ada@x.example", "a..b@x.example", "ada@.x.example", "ada@x..example", "ada@-x.example",
				"ada@x.example.", "a,b@x.example", "ada<b>@x.example", "ada@x.example\n", "ada\u202e@x.example", "ada@x_y.example",
				long + "@x.example", "ada@" + strings.Repeat("x.", 130) + "example", "a\xffb@x.example", "Ada <ada@x.example>",
			},
		},
		"plain text": {
			validator: PlainText(1, 64),
			good:      []string{"Ada", "O'Brien", "Zoë 😀", "مريم", "<script>", strings.Repeat("ü", 64), strings.Repeat("😀", 32)},
			bad:       []string{"", " Ada", "Ada ", "A\nda", "A\tda", "\u202eada", "a\u2066b", "a\u2028b", "a\x00b", long, strings.Repeat("😀", 33), "\xff"},
		},
		"mail text":    {validator: MessageText(), good: []string{"Hello,\n\twelcome.\r\n"}, bad: []string{"", " \n", "a\x1bb", "a\u202eb"}},
		"country":      {validator: CountryCode(), good: []string{"DE", "US", "GB"}, bad: []string{"", "de", "XX", "DEU", "ZZ", "EU", "UK", "1A"}},
		"language tag": {validator: LanguageTag(), good: []string{"", "de", "de-DE", "zh-Hans-CN"}, bad: []string{"german", "d", "de_", "-"}},
		"timestamp":    {validator: Timestamp(), good: []string{"", "2027-01-31T00:00:00Z", "2027-01-31T00:00:00+01:00"}, bad: []string{"2027-01-31", "tomorrow", "2027-02-30T00:00:00Z"}},
		"web address": {
			validator: WebAddress(),
			good:      []string{"https://my.example", "http://localhost:8080/path?x=y#z", "https://bücher.example/ä"},
			bad:       []string{"", "my.example", "ftp://my.example", "javascript:alert(1)", "https://", "https:///x", "https://user:pw@my.example", "https://my.example/\u202e", "https://my.example/a b\n", "https://:443"},
		},
		"object id": {validator: ObjectID(), good: []string{"cbb896f9-8306-49d0-b56b-b8e39cd28825", "CBB896F9-8306-49D0-B56B-B8E39CD28825"}, bad: []string{"", "ada", "cbb896f9830649d0b56bb8e39cd28825", "cbb896f9-8306-49d0-b56b-b8e39cd28825 "}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, value := range test.good {
				if refused(t, test.validator, value) {
					t.Errorf("refused %q", value)
				}
			}
			for _, value := range test.bad {
				if !refused(t, test.validator, value) {
					t.Errorf("accepted %q", value)
				}
			}
		})
	}
}

func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"ada@x.example", "a+b@x.example", "@", "a@b@c.d", "a@\u202e.example", "ada@bücher.example"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if addressFault(address) != "" {
			return
		}
		if strings.Count(address, "@") != 1 || strings.ContainsAny(address, forbidden+" \n\r\t\u202e") || len(address) > maxAddress {
			t.Errorf("accepted %q", address)
		}
	})
}
