package mail

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// RenderFunction is the function render_email.
type RenderFunction struct{}

var _ function.Function = RenderFunction{}

// NewRenderFunction returns the function render_email.
func NewRenderFunction() function.Function { return RenderFunction{} }

// Metadata names the function.
func (RenderFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "render_email"
}

const (
	formatHTML = "html"
	formatText = "text"
)

// Definition describes the function.
func (RenderFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Renders the template of a welcome mail.",
		MarkdownDescription: "Renders a template as `welcome_email` does, with the values given instead of the person's, to preview and test it offline. " +
			"The rules are those of `welcome_email`: values are escaped for the place in the HTML where they stand, and a placeholder without a value is an error. " +
			"There are no credentials here; pass samples.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "template",
				MarkdownDescription: "Template with placeholders such as `{{display_name}}`; a literal pair of opening braces is written `" + escaped + "`.",
			},
			function.MapParameter{
				Name:                "values",
				MarkdownDescription: "Value of each placeholder, by name. Names of your own are allowed.",
				ElementType:         types.StringType,
			},
		},
		VariadicParameter: function.StringParameter{
			Name:                "format",
			MarkdownDescription: "`html` for a `body_html`, or `text` for a `body_text` or subject. Default: `html`. One at most.",
		},
		Return: function.StringReturn{},
	}
}

// Positions of the arguments.
const (
	argumentTemplate = iota
	argumentValues
	argumentFormat
)

// Run renders the template.
func (RenderFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	var given map[string]types.String
	var formats []string
	resp.Error = req.Arguments.Get(ctx, &text, &given, &formats)
	if resp.Error != nil {
		return
	}
	format := formatHTML
	if len(formats) > 0 {
		format = formats[0]
	}
	if len(formats) > 1 || format != formatHTML && format != formatText {
		resp.Error = function.NewArgumentFuncError(argumentFormat, `The format is "html" or "text", one of them.`)
		return
	}
	values := Values{Own: map[string]string{}}
	for name, value := range given {
		if !validName(name) {
			resp.Error = function.ConcatFuncErrors(resp.Error, function.NewArgumentFuncError(argumentValues, upperFirst(full("the key "+badName(name)))))
			continue
		}
		values.Own[name] = value.ValueString()
	}
	if resp.Error != nil {
		return
	}
	rendered, err := preview(text, format, values)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(argumentTemplate, upperFirst(full(err.Error())))
		return
	}
	resp.Error = resp.Result.Set(ctx, rendered)
}

// preview renders a template whose placeholders all have a value.
func preview(text, format string, values Values) (string, error) {
	t, err := Parse(text)
	if err != nil {
		return "", err
	}
	known := slices.Sorted(maps.Keys(values.Own))
	var faults []error
	reported := map[string]bool{}
	for _, p := range t.pieces {
		if _, has := values.Own[p.name]; p.name == "" || has || reported[p.name] {
			continue
		}
		reported[p.name] = true
		if slices.Contains(builtIn, p.name) {
			faults = append(faults, &RenderError{Name: p.name, At: p.at, Problem: "has no value; give a sample of it in values"})
			continue
		}
		all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(builtIn, known))))
		faults = append(faults, &UnknownPlaceholder{Name: p.name, At: p.at, Known: all, Suggestion: nearest(p.name, all)})
	}
	if format == formatHTML {
		faults = append(faults, t.checkPlaces(nil)...)
	}
	if len(faults) > 0 {
		return "", errors.Join(faults...)
	}
	render := t.Text
	if format == formatHTML {
		render = t.HTML
	}
	rendered, err := render(values)
	return rendered.Reveal(), err
}
