package principalname

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// Positions of the arguments of user_principal_name, from 0.
const (
	argumentGivenName int64 = iota
	argumentSurname
	argumentDomain
	argumentOptions
)

// Function is the provider function user_principal_name.
type Function struct{}

var _ function.Function = Function{}

// NewFunction returns the function.
func NewFunction() function.Function { return Function{} }

// Metadata names the function.
func (Function) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "user_principal_name"
}

// Definition describes the function.
func (Function) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The user principal name of a person by the naming rule",
		MarkdownDescription: fmt.Sprintf("Returns the user principal name of a person: prefix, given name, a dot, surname, suffix, `@` and domain, such as `ext-jan.novak@contoso.com`. "+
			"It is the rule by which accounts are named, and asks no directory whether the name is free.\n\n"+
			"Names are written in lower case with the letters a to z, digits, dots and hyphens: accents are folded (`é` is `e`, `ß` is `ss`, `ł` is `l`), and other scripts are written in Latin letters. "+
			"Apostrophes, quotation marks and invisible characters are left out (`O'Brien` is `obrien`); blanks, punctuation and symbols inside a name become one hyphen (`van der Berg` is `van-der-berg`), but dots stay dots. "+
			"Chinese characters are written as in Mandarin, also in Japanese names, and Arabic and Hebrew without the vowels they do not show: give such names in Latin letters where the person uses a spelling.\n\n"+
			"At most %d characters stand before the `@`; a longer name is cut, at the end of a part of it where that leaves at least half of the room, and never the prefix or the suffix. "+
			"A name with a character that has no Latin writing is an error, and so are the names of offices, with or without prefix and suffix: %s.",
			MaxLocal, officeNames()),
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "given_name", AllowNullValue: true,
				MarkdownDescription: "Given name of the person. Null or `\"\"` for people with one name. Graph: `givenName`.",
			},
			function.StringParameter{
				Name: "surname", AllowNullValue: true,
				MarkdownDescription: "Surname of the person. Null or `\"\"` for people with one name. Graph: `surname`.",
			},
			function.StringParameter{
				Name:                "domain",
				MarkdownDescription: fmt.Sprintf("Domain of the account, at most %d characters. It must be a verified domain of the tenant, which this function cannot check.", MaxDomain),
			},
		},
		VariadicParameter: function.MapParameter{
			Name: "options", ElementType: types.StringType, AllowNullValue: true,
			MarkdownDescription: fmt.Sprintf("At most one object of options. `%s` and `%s`: what stands before and after the name, each at most %d characters of `A-Z a-z 0-9 ' . - _ ! # ^ ~`, default none. "+
				"`%s`: `\"\"` (the default) folds `ä` to `a`, `\"de\"` writes `ä`, `ö`, `ü` as `ae`, `oe`, `ue`. An option that is null is left at its default.",
				OptionPrefix, OptionSuffix, MaxAffix, OptionTransliteration),
		},
		Return: function.StringReturn{},
	}
}

// Run makes the name.
func (Function) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var givenName, surname *string
	var domain string
	var options []types.Map
	resp.Error = req.Arguments.Get(ctx, &givenName, &surname, &domain, &options)
	if resp.Error != nil {
		return
	}
	rule, known, failure := ruleOf(options)
	if failure != nil {
		resp.Error = failure
		return
	}
	if !known {
		resp.Error = resp.Result.Set(ctx, types.StringUnknown())
		return
	}
	name, failure := named(rule, text(givenName), text(surname), domain)
	if failure != nil {
		resp.Error = failure
		return
	}
	resp.Error = resp.Result.Set(ctx, name)
}

// named returns the whole name, or an error that blames one argument.
func named(rule Rule, givenName, surname, domain string) (string, *function.FuncError) {
	if fault := domainFault(domain); fault != "" {
		return "", blame(argumentDomain, &InvalidDomain{Domain: domain, Fault: fault})
	}
	local, err := rule.Local(givenName, surname)
	if err != nil {
		return "", blame(blamed(err), err)
	}
	if rule.Reserved(local) {
		argument := argumentSurname
		if surname == "" {
			argument = argumentGivenName
		}
		return "", function.NewArgumentFuncError(argument,
			fmt.Sprintf("the user name %s is the name of an office, not of a person; reserved are %s", diagnostic.Quote(local), officeNames()))
	}
	return local + "@" + domain, nil
}

// blamed is the argument that an error of Rule.Local is about.
func blamed(err error) int64 {
	if _, ok := errors.AsType[*InvalidRule](err); ok {
		return argumentOptions
	}
	if unwritable, ok := errors.AsType[*Unwritable](err); ok && unwritable.Part == GivenName {
		return argumentGivenName
	}
	return argumentSurname
}

func blame(argument int64, err error) *function.FuncError {
	return function.NewArgumentFuncError(argument, err.Error())
}

// ruleOf reads the options; known is false when one of them is known only after apply.
func ruleOf(given []types.Map) (rule Rule, known bool, failure *function.FuncError) {
	if len(given) > 1 {
		return Rule{}, false, function.NewArgumentFuncError(argumentOptions+1, "only one object of options may be given; put all of them into it")
	}
	known = true
	for _, options := range given {
		for name, element := range options.Elements() {
			target := rule.option(name)
			if target == nil {
				return Rule{}, false, function.NewArgumentFuncError(argumentOptions,
					fmt.Sprintf("there is no option %s; the options are %s", diagnostic.Quote(name), quotedList(optionNames())))
			}
			value, ok := element.(types.String)
			known = known && ok && !value.IsUnknown()
			*target = value.ValueString()
		}
	}
	return rule, known, nil
}

// option returns where an option of a name is kept; nil when there is none.
func (r *Rule) option(name string) *string {
	switch name {
	case OptionPrefix:
		return &r.Prefix
	case OptionSuffix:
		return &r.Suffix
	case OptionTransliteration:
		return &r.Transliteration
	default:
		return nil
	}
}

func optionNames() []string {
	return []string{OptionPrefix, OptionSuffix, OptionTransliteration}
}

func officeNames() string {
	return strings.Join(slices.Sorted(maps.Keys(reserved)), ", ")
}

// text is what a nullable argument says; null says nothing.
func text(argument *string) string {
	if argument == nil {
		return ""
	}
	return *argument
}
