package person

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/entraguest/terraform-provider-entraguest/internal/bulk"
	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Roll shows many users, each as an object of columns.
type Roll struct {
	columns []Column
	wanted  map[string]bool
}

// NewRoll returns a roll of the columns, of which all are wanted but those on request.
func NewRoll(columns []Column) *Roll {
	roll := &Roll{columns: columns, wanted: map[string]bool{}}
	for _, column := range columns {
		roll.wanted[column.Name] = !column.OnRequest
	}
	return roll
}

// Attribute returns the argument by which columns are chosen.
func (r *Roll) Attribute() schema.Attribute {
	var names, onRequest []string
	for _, column := range r.columns {
		names = append(names, column.Name)
		if column.OnRequest {
			onRequest = append(onRequest, "`"+column.Name+"`")
		}
	}
	slices.Sort(names)
	return schema.ListAttribute{
		MarkdownDescription: "Names of the attributes that are read, such as `[\"display_name\", \"company_name\"]`; those not named are null. " +
			"`object_id`, `user_principal_name` and `mail` are always read. Fewer attributes make large lists faster and the state smaller. Default: all but " + strings.Join(onRequest, ", ") + ".",
		ElementType: types.StringType,
		Optional:    true,
		Validators:  []validator.List{listvalidator.ValueStringsAre(stringvalidator.OneOf(names...))},
	}
}

// Choose wants only the columns named in the argument, and those that are always there;
// null changes nothing.
func (r *Roll) Choose(names types.List) {
	if names.IsNull() {
		return
	}
	for _, column := range r.columns {
		r.wanted[column.Name] = column.Always
	}
	for _, name := range names.Elements() {
		if text, ok := name.(types.String); ok && set(text) {
			r.wanted[text.ValueString()] = true
		}
	}
}

// Want adds a column to the wanted ones.
func (r *Roll) Want(name string) { r.wanted[name] = true }

// Wants reports whether a column is wanted.
func (r *Roll) Wants(name string) bool { return r.wanted[name] }

// Properties are what Graph has to be asked for.
func (r *Roll) Properties() []graph.Property {
	var properties []graph.Property
	for _, column := range r.columns {
		if r.wanted[column.Name] {
			properties = append(properties, column.Properties...)
		}
	}
	slices.Sort(properties)
	return slices.Compact(properties)
}

// Attributes returns the schema of one user's object.
func (r *Roll) Attributes() map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(r.columns))
	for _, column := range r.columns {
		attributes[column.Name] = column.Attribute
	}
	return attributes
}

// Values shows one user; columns that are not wanted are null.
func (r *Roll) Values(user graph.User) map[string]attr.Value {
	values := make(map[string]attr.Value, len(r.columns))
	for _, column := range r.columns {
		if r.wanted[column.Name] {
			values[column.Name] = column.Show(user)
			continue
		}
		values[column.Name] = null(column.Attribute.GetType())
	}
	return values
}

// Nothing shows nobody: every column is null.
func (r *Roll) Nothing() map[string]attr.Value {
	values := make(map[string]attr.Value, len(r.columns))
	for _, column := range r.columns {
		values[column.Name] = null(column.Attribute.GetType())
	}
	return values
}

func null(kind attr.Type) attr.Value {
	switch kind := kind.(type) {
	case types.ListType:
		return types.ListNull(kind.ElemType)
	case types.MapType:
		return types.MapNull(kind.ElemType)
	default:
		if kind.Equal(types.BoolType) {
			return types.BoolNull()
		}
		return types.StringNull()
	}
}

// Outputs returns the computed attributes that show a roll: users under the given name,
// described by what they are, and the two maps.
func (r *Roll) Outputs(name, description string) map[string]schema.Attribute {
	object := r.objectType()
	return map[string]schema.Attribute{
		name: schema.ListAttribute{
			MarkdownDescription: description + ", sorted by object id. The attributes of each are those of the data source `entraguest_user`.",
			ElementType:         object, Computed: true,
		},
		"by_id": schema.MapAttribute{
			MarkdownDescription: "The objects of `" + name + "` by object id, in lower case: ready for `for_each`.",
			ElementType:         object, Computed: true,
		},
		"by_email": schema.MapAttribute{
			MarkdownDescription: "Object ids by e-mail address, in lower case: each person's `mail`, and the addresses that were asked for. An address that leads to several people is left out, with a warning.",
			ElementType:         types.StringType, Computed: true,
		},
	}
}

func (r *Roll) objectType() types.ObjectType {
	kinds := make(map[string]attr.Type, len(r.columns))
	for _, column := range r.columns {
		kinds[column.Name] = column.Attribute.GetType()
	}
	return types.ObjectType{AttrTypes: kinds}
}

func (r *Roll) wireType(ctx context.Context) tftypes.Object {
	kinds := make(map[string]tftypes.Type, len(r.columns))
	for _, column := range r.columns {
		kinds[column.Name] = column.Attribute.GetType().TerraformType(ctx)
	}
	return tftypes.Object{AttributeTypes: kinds}
}

// Show fills the attributes of Outputs, and sorts the users for that. asked leads from
// addresses that were asked for, in lower case, to object ids. The context is that of the
// data source's Read, see bulk.Deliver.
func (r *Roll) Show(ctx context.Context, name string, users []graph.User, asked map[string]string, into map[string]attr.Value) diag.Diagnostics {
	slices.SortFunc(users, func(a, b graph.User) int { return cmp.Compare(a.ID, b.ID) })
	object, nothing := r.objectType(), r.nothing(ctx)
	objects := bulk.NewObjects(r.wireType(ctx))
	ids := make([]string, 0, len(users))
	for _, user := range users {
		shown, err := r.wire(ctx, user, nothing)
		if err == nil {
			err = objects.Add(shown)
		}
		if err != nil {
			return convertible(err)
		}
		ids = append(ids, strings.ToLower(user.ID))
	}
	diags := convertible(bulk.Deliver(ctx, map[string]bulk.Value{name: objects.List(), "by_id": objects.Map(ids)}))
	into[name], into["by_id"] = types.ListNull(object), types.MapNull(object)
	byAddress, more := byEmail(users, asked)
	diags.Append(more...)
	addresses, more := types.MapValueFrom(ctx, types.StringType, byAddress)
	diags.Append(more...)
	into["by_email"] = addresses
	return diags
}

func convertible(err error) (diags diag.Diagnostics) {
	if err != nil {
		diags.AddError("A value has the wrong type", err.Error()+". This is a bug in the provider.")
	}
	return diags
}

// nothing is the wire form of a user's object in which every column is null.
func (r *Roll) nothing(ctx context.Context) map[string]tftypes.Value {
	nothing := make(map[string]tftypes.Value, len(r.columns))
	for _, column := range r.columns {
		nothing[column.Name] = tftypes.NewValue(column.Attribute.GetType().TerraformType(ctx), nil)
	}
	return nothing
}

// wire returns the wire form of a user's object.
func (r *Roll) wire(ctx context.Context, user graph.User, nothing map[string]tftypes.Value) (map[string]tftypes.Value, error) {
	values := maps.Clone(nothing)
	for _, column := range r.columns {
		if !r.wanted[column.Name] {
			continue
		}
		value := column.Show(user)
		if value.IsNull() {
			continue
		}
		var err error
		if values[column.Name], err = value.ToTerraformValue(ctx); err != nil {
			return nil, fmt.Errorf("showing %s: %w", column.Name, err)
		}
	}
	return values, nil
}

// shownAmbiguous is how many addresses of several people the warning names.
const shownAmbiguous = 20

func byEmail(users []graph.User, asked map[string]string) (ids map[string]string, diags diag.Diagnostics) {
	ids = make(map[string]string, len(users))
	shared := map[string]bool{}
	for _, user := range users {
		if user.Mail == nil || *user.Mail == "" {
			continue
		}
		address := strings.ToLower(*user.Mail)
		if _, taken := ids[address]; taken {
			shared[address] = true
		}
		ids[address] = user.ID
	}
	for address := range shared {
		delete(ids, address)
	}
	for address, id := range asked {
		ids[address] = id
		delete(shared, address)
	}
	if len(shared) > 0 {
		diags.AddWarning("Addresses of several people", fmt.Sprintf("%d e-mail addresses are the mail of several people each, so by_email leaves them out:\n%s",
			len(shared), Lines(sortedKeys(shared), shownAmbiguous)))
	}
	return ids, diags
}

func sortedKeys(of map[string]bool) []string {
	keys := make([]string, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Lines quotes texts for a diagnostic, one a line, at most as many as asked for; how many
// are left out stands in the last line.
func Lines(texts []string, most int) string {
	lines := make([]string, 0, most+1)
	for i, text := range texts {
		if i == most {
			lines = append(lines, fmt.Sprintf("  and %d more", len(texts)-most))
			break
		}
		lines = append(lines, "  "+diagnostic.Quote(text))
	}
	return strings.Join(lines, "\n")
}
