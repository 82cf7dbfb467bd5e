package guests

import (
	"context"
	"reflect"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// Names of the attributes of a guest beyond the profile.
const (
	nameEmail          = "email"
	nameExpiresAt      = "expires_at"
	nameExistingUserID = "existing_user_id"
	nameJustification  = "justification"
	nameManager        = "manager"
)

// nameManagerID is the attribute of the profile that nameManager excludes.
const nameManagerID = "manager_id"

// field is one attribute a guest can have.
type field struct {
	name  string
	shape schema.Attribute
	// index is the field of person.Profile, -1 for those beyond the profile.
	index int
}

// fields are all attributes by name: those of person.Attributes, and a few more.
var fields = sync.OnceValue(func() map[string]field {
	all := map[string]field{}
	indices := profileIndices()
	for name, shape := range person.Attributes() {
		if index, ok := indices[name]; ok {
			all[name] = field{name: name, shape: shape, index: index}
		}
	}
	for name, validators := range map[string][]validator.String{
		nameEmail:          {person.Address()},
		nameExpiresAt:      {stringvalidator.LengthAtLeast(1), person.Timestamp()},
		nameExistingUserID: {person.ObjectID()},
		nameJustification:  {person.PlainText(1, account.MaxNote)},
		nameManager:        {},
	} {
		all[name] = field{name: name, shape: schema.StringAttribute{Validators: validators}, index: -1}
	}
	return all
})

// profileIndices finds the fields of person.Profile by their names in Terraform.
func profileIndices() map[string]int {
	profile := reflect.TypeFor[person.Profile]()
	indices := make(map[string]int, profile.NumField())
	for i := range profile.NumField() {
		indices[profile.Field(i).Tag.Get("tfsdk")] = i
	}
	return indices
}

// fieldNames are the names in order.
var fieldNames = sync.OnceValue(func() []string {
	names := make([]string, 0, len(fields()))
	for name := range fields() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
})

// get returns the value of an attribute of the profile.
func (f field) get(p *person.Profile) attr.Value {
	value, _ := reflect.TypeAssert[attr.Value](reflect.ValueOf(p).Elem().Field(f.index))
	return value
}

// set sets an attribute of the profile.
func (f field) set(p *person.Profile, value attr.Value) {
	reflect.ValueOf(p).Elem().Field(f.index).Set(reflect.ValueOf(value))
}

// check runs the validators of the attribute and returns what is wrong, in sentences.
func (f field) check(value attr.Value) (faults []string) {
	ctx, at := context.Background(), path.Root(f.name)
	report := func(details []string) { faults = append(faults, details...) }
	switch shape := f.shape.(type) {
	case schema.StringAttribute:
		text, _ := value.(types.String)
		for _, v := range shape.Validators {
			var resp validator.StringResponse
			v.ValidateString(ctx, validator.StringRequest{Path: at, ConfigValue: text}, &resp)
			report(details(resp.Diagnostics))
		}
	case schema.SetAttribute:
		set, _ := value.(types.Set)
		for _, v := range shape.Validators {
			var resp validator.SetResponse
			v.ValidateSet(ctx, validator.SetRequest{Path: at, ConfigValue: set}, &resp)
			report(details(resp.Diagnostics))
		}
	case schema.MapAttribute:
		members, _ := value.(types.Map)
		for _, v := range shape.Validators {
			var resp validator.MapResponse
			v.ValidateMap(ctx, validator.MapRequest{Path: at, ConfigValue: members}, &resp)
			report(details(resp.Diagnostics))
		}
	}
	return faults
}
