package credentials

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// refusal is an answer of a sign-in service that holds no token.
type refusal struct {
	status int
	// kind is the OAuth error, "" if the answer is not of that form.
	kind string
	text string
	// codes are Microsoft Entra ID's, most specific first.
	codes []int
}

// entraCode matches a code in a text, where there is nothing but text.
var entraCode = regexp.MustCompile(`\bAADSTS(\d{4,8})\b`)

// refusalOf finds the answer of a sign-in service in an error; ok is false if there was
// none. The Azure CLI hands it on as text.
func refusalOf(err error) (answer refusal, ok bool) {
	var failed *azidentity.AuthenticationFailedError
	if !errors.As(err, &failed) {
		return refusal{}, false
	}
	if failed.RawResponse == nil {
		codes := codesIn(failed.Error())
		return refusal{text: failed.Error(), codes: codes}, len(codes) > 0
	}
	answer.status = failed.RawResponse.StatusCode
	body, err := runtime.Payload(failed.RawResponse)
	if err != nil {
		return answer, true
	}
	var parsed struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		Codes       []int  `json:"error_codes"`
	}
	if err := json.Unmarshal(body, &parsed); err != nil {
		// A page of a proxy: its status says more than its markup.
		return answer, true
	}
	answer.kind, answer.text = parsed.Error, parsed.Description
	answer.codes = append(parsed.Codes, codesIn(parsed.Description)...)
	return answer, true
}

func codesIn(text string) []int {
	var codes []int
	for _, match := range entraCode.FindAllStringSubmatch(text, -1) {
		if code, err := strconv.Atoi(match[1]); err == nil {
			codes = append(codes, code)
		}
	}
	return codes
}

// refused explains an answer without a token.
func (f failure) refused(answer refusal) *ArgumentError {
	told := f.told(answer)
	for _, code := range answer.codes {
		if known, ok := f.remedy(code); ok {
			return &ArgumentError{Argument: known.argument, Summary: known.summary, Detail: told + " " + known.advice}
		}
	}
	switch {
	case f.method == MethodManagedIdentity:
		return f.noManagedIdentity(told)
	case answer.kind == "" && len(answer.codes) == 0:
		return &ArgumentError{
			Argument: f.given(argAuthorityHost, f.AuthorityHost),
			Summary:  "Unexpected answer to the sign-in",
			Detail:   told + " This is not an answer of Microsoft Entra ID. Check authority_host, and whether a proxy stands in between.",
		}
	default:
		return &ArgumentError{
			Argument: f.methodArgument(),
			Summary:  "Sign-in refused",
			Detail:   told + " The code is explained at https://login.microsoftonline.com/error.",
		}
	}
}

// told quotes the answer: one line, with trace and correlation id.
func (f failure) told(answer refusal) string {
	who := "Microsoft Entra ID"
	if f.method == MethodManagedIdentity {
		who = "the managed identity service"
	}
	switch {
	case answer.text != "":
		return fmt.Sprintf("Signing in by %s failed. %s answered: %s.", f.method, capitalised(who), sentenceEnd(f.quote(answer.text)))
	case answer.kind != "":
		return fmt.Sprintf("Signing in by %s failed. %s answered HTTP %d %s.", f.method, capitalised(who), answer.status, f.quote(answer.kind))
	default:
		return fmt.Sprintf("Signing in by %s failed with HTTP %d.", f.method, answer.status)
	}
}

func (f failure) noManagedIdentity(told string) *ArgumentError {
	if isSet(f.ClientID, f.ClientIDFilePath) {
		return &ArgumentError{
			Argument: f.clientIDArgument(),
			Summary:  "Managed identity not assigned",
			Detail:   told + " Check that the user-assigned identity with this client id is assigned to the resource; leave client_id out for the system-assigned one.",
		}
	}
	return &ArgumentError{
		Argument: argUseMSI,
		Summary:  "No managed identity",
		Detail:   told + " Check that the resource has a system-assigned identity, or set client_id to that of a user-assigned one.",
	}
}

// capitalised begins a sentence with a phrase.
func capitalised(phrase string) string { return strings.ToUpper(phrase[:1]) + phrase[1:] }

// sentenceEnd takes off the full stop, for a sentence that goes on.
func sentenceEnd(text string) string { return strings.TrimRight(text, ". ") }
