package bulk

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	row   = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String, "title": tftypes.String}}
	state = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"rows": tftypes.List{ElementType: row}, "by_id": tftypes.Map{ElementType: row}, "tags": tftypes.List{ElementType: tftypes.String},
	}}
)

// source answers like a data source of the framework.
type source struct {
	tfprotov6.ProviderServer

	attributes map[string]Value
	severity   tfprotov6.DiagnosticSeverity
}

func (s source) ReadDataSource(ctx context.Context, _ *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	if s.attributes != nil {
		if err := Deliver(ctx, s.attributes); err != nil {
			return nil, err
		}
	}
	answer, err := tfprotov6.NewDynamicValue(state, tftypes.NewValue(state, map[string]tftypes.Value{
		"rows": tftypes.NewValue(state.AttributeTypes["rows"], nil), "by_id": tftypes.NewValue(state.AttributeTypes["by_id"], nil),
		"tags": tftypes.NewValue(state.AttributeTypes["tags"], []tftypes.Value{tftypes.NewValue(tftypes.String, "a"), tftypes.NewValue(tftypes.String, nil)}),
	}))
	return &tfprotov6.ReadDataSourceResponse{State: &answer, Diagnostics: []*tfprotov6.Diagnostic{{Severity: s.severity}}}, err
}

func (s source) read(t *testing.T) string {
	t.Helper()
	resp, err := server{s}.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{})
	if err != nil {
		return err.Error()
	}
	value, err := resp.State.Unmarshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return value.String()
}

func text(value any) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }

func TestDelivered(t *testing.T) {
	t.Parallel()
	rows := NewObjects(row)
	want := map[string]tftypes.Value{}
	var list []tftypes.Value
	for _, id := range []string{"1", "2"} {
		one := map[string]tftypes.Value{"id": text(id), "title": text(nil)}
		if err := rows.Add(one); err != nil {
			t.Fatal(err)
		}
		list, want[id] = append(list, tftypes.NewValue(row, one)), tftypes.NewValue(row, one)
	}
	if err := rows.Add(map[string]tftypes.Value{"id": text("3")}); err == nil {
		t.Error("an object without all attributes was taken")
	}
	nothing := source{}.read(t)
	full := tftypes.NewValue(state, map[string]tftypes.Value{
		"rows": tftypes.NewValue(state.AttributeTypes["rows"], list), "by_id": tftypes.NewValue(state.AttributeTypes["by_id"], want),
		"tags": tftypes.NewValue(state.AttributeTypes["tags"], []tftypes.Value{text("a"), text(nil)}),
	}).String()
	attributes := map[string]Value{"rows": rows.List(), "by_id": rows.Map([]string{"1", "2"})}
	for name, test := range map[string]struct {
		source source
		want   string
	}{
		"with a warning": {source{attributes: attributes, severity: tfprotov6.DiagnosticSeverityWarning}, full},
		"with an error":  {source{attributes: attributes, severity: tfprotov6.DiagnosticSeverityError}, nothing},
		"nothing":        {source{}, nothing},
	} {
		if diff := cmp.Diff(test.want, test.source.read(t)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got := (source{attributes: map[string]Value{"by_id": rows.Map([]string{"1"})}}).read(t); !strings.Contains(got, errKeys.Error()) {
		t.Errorf("got %s", got)
	}
	if err := Deliver(t.Context(), attributes); err == nil {
		t.Error("delivered to nobody")
	}
}
