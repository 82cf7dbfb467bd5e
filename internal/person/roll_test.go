package person_test

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/entraguest/terraform-provider-entraguest/internal/bulk"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// rollProvider offers one data source that shows made-up users.
type rollProvider struct{ source *rollSource }

func (rollProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "test"
}
func (rollProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (rollProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (p rollProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return p.source }}
}
func (rollProvider) Resources(context.Context) []func() resource.Resource { return nil }

type rollSource struct {
	users []graph.User
	// attributes are those chosen; nil are all.
	attributes []string
	asked      map[string]string
}

func (*rollSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "test_roll"
}

func (*rollSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: person.NewRoll(person.Columns()).Outputs("users", "Users")}
}

func (s *rollSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	roll := person.NewRoll(person.Columns())
	if s.attributes != nil {
		names, diags := types.ListValueFrom(ctx, types.StringType, s.attributes)
		resp.Diagnostics.Append(diags...)
		roll.Choose(names)
	}
	var config types.Object
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	values := config.Attributes()
	resp.Diagnostics.Append(roll.Show(ctx, "users", s.users, s.asked, values)...)
	state, diags := types.ObjectValue(config.AttributeTypes(ctx), values)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// show asks the data source through the protocol and returns what Terraform receives.
func (s *rollSource) show(t *testing.T) tftypes.Value {
	t.Helper()
	resp, kind := s.ask(t)
	for _, diagnostic := range resp.Diagnostics {
		t.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}
	value, err := resp.State.Unmarshal(kind)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// ask returns the answer and the type of the state in it.
func (s *rollSource) ask(t *testing.T) (*tfprotov6.ReadDataSourceResponse, tftypes.Object) {
	t.Helper()
	server := bulk.NewServer(rollProvider{s})
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind, ok := schemas.DataSourceSchemas["test_roll"].ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the schema is no object")
	}
	null := map[string]tftypes.Value{}
	for name, typ := range kind.AttributeTypes {
		null[name] = tftypes.NewValue(typ, nil)
	}
	config, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, null))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "test_roll", Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	return resp, kind
}

func attributesOf(t *testing.T, value tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	attributes := map[string]tftypes.Value{}
	if err := value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes
}

func textOf(t *testing.T, value tftypes.Value) string {
	t.Helper()
	var text string
	if err := value.As(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRoll(t *testing.T) {
	t.Parallel()
	shown := attributesOf(t, (&rollSource{users: []graph.User{
		{ID: "b", UserPrincipalName: "b@x", Mail: new("B@x.example"), Department: new("D"), OtherMails: []string{"z", "a"}},
		{ID: "A", UserPrincipalName: "a@x", ExtensionAttributes: map[string]*string{"extensionAttribute1": new("1"), "extensionAttribute2": nil}},
	}}).show(t))
	var users []tftypes.Value
	if err := shown["users"].As(&users); err != nil {
		t.Fatal(err)
	}
	byID, byEmail := attributesOf(t, shown["by_id"]), attributesOf(t, shown["by_email"])
	if len(users) != 2 || len(byID) != 2 || len(byEmail) != 1 {
		t.Fatalf("%d users, %d by id, %d by e-mail", len(users), len(byID), len(byEmail))
	}
	first, second := attributesOf(t, users[0]), attributesOf(t, users[1])
	if textOf(t, first["object_id"]) != "A" || textOf(t, second["object_id"]) != "b" || !byID["a"].Equal(users[0]) || !byID["b"].Equal(users[1]) {
		t.Error("the users are not in the order of their object ids, or not those of the map")
	}
	if textOf(t, byEmail["b@x.example"]) != "b" || textOf(t, second["department"]) != "D" || !first["department"].IsNull() || !first["employee_leave_date_time"].IsNull() {
		t.Errorf("shown as %v", second)
	}
	if attributes := attributesOf(t, first["extension_attributes"]); len(attributes) != 1 || textOf(t, attributes["extensionAttribute1"]) != "1" {
		t.Errorf("extension attributes are %v", attributes)
	}
}

// An address of two people leads to neither.
func TestSharedAddress(t *testing.T) {
	t.Parallel()
	users := []graph.User{{ID: "a", Mail: new("x@x.example")}, {ID: "b", Mail: new("X@x.example")}}
	for name, test := range map[string]struct {
		asked    map[string]string
		want     int
		warnings int
	}{
		"not asked for": {nil, 0, 1},
		"asked for":     {map[string]string{"x@x.example": "b"}, 1, 0},
	} {
		resp, kind := (&rollSource{users: users, asked: test.asked}).ask(t)
		value, err := resp.State.Unmarshal(kind)
		if err != nil {
			t.Fatal(err)
		}
		if byEmail := attributesOf(t, attributesOf(t, value)["by_email"]); len(byEmail) != test.want || len(resp.Diagnostics) != test.warnings {
			t.Errorf("%s: %v, %v", name, byEmail, resp.Diagnostics)
		}
	}
}

// Thirty thousand users cost Terraform's protocol no more memory than this.
func TestMemoryOfALongRoll(t *testing.T) { //nolint:paralleltest // tests beside it would count
	source := &rollSource{}
	for i := range 30_000 {
		text := func(format string) *string { return new(fmt.Sprintf(format, i)) }
		source.users = append(source.users, graph.User{
			ID: *text("00000000-0000-0000-0000-%012d"), UserPrincipalName: *text("u%d_partner.example#EXT#@contoso.onmicrosoft.com"), Mail: text("u%d@partner.example"),
			DisplayName: text("User %d"), GivenName: text("G%d"), Surname: text("S%d"), Department: text("D%d"), JobTitle: text("Title %d"), CompanyName: text("Company %d"),
			OtherMails: []string{*text("u%d@partner.example")}, ProxyAddresses: []string{*text("SMTP:u%d@partner.example")}, UserType: new("Guest"),
			CreationType: new("Invitation"), ExternalUserState: new("Accepted"), AccountEnabled: new(true), CreatedDateTime: new(time.Unix(int64(i), 0)),
		})
	}
	for _, test := range []struct {
		attributes []string
		most       uint64
	}{{nil, 800 << 20}, {[]string{"mail"}, 250 << 20}} {
		source.attributes = test.attributes
		began := time.Now()
		highest := peak(func() { source.ask(t) })
		t.Logf("attributes %v: peak %d MB, %v", test.attributes, highest>>20, time.Since(began))
		if highest > test.most {
			t.Errorf("attributes %v: peak %d MB, want at most %d", test.attributes, highest>>20, test.most>>20)
		}
	}
}

// peak is the most memory in use while do works.
func peak(do func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // whatever the tests run with
	runtime.GC()
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var highest uint64
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			highest = max(highest, now.HeapInuse)
			select {
			case <-done:
				peak <- highest
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	do()
	close(done)
	return <-peak
}
