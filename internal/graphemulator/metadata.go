package graphemulator

import (
	"net/http"
	"net/url"
	"strings"
)

// metadata is the description of a cloud from which Azure clients learn its hosts, in
// the object form of public Azure.
// Source: https://management.azure.com/metadata/endpoints?api-version=2022-09-01.
func (e *Emulator) metadata(query url.Values) (int, any) {
	if query.Get("api-version") == "" {
		return http.StatusBadRequest, map[string]any{"error": map[string]any{
			"code":    "MissingApiVersionParameter",
			"message": "The api-version query parameter (?api-version=) is required for all requests.",
		}}
	}
	return http.StatusOK, map[string]any{
		"name":                     "AzureEmulator",
		"portal":                   e.origin,
		"authentication":           map[string]any{"loginEndpoint": e.origin, "audiences": []string{e.origin + "/"}, "tenant": "common", "identityProvider": "AAD"},
		"graph":                    e.origin + "/",
		"graphAudience":            e.origin + "/",
		"media":                    e.origin,
		"batch":                    e.origin + "/",
		"resourceManager":          e.origin + "/",
		"vmImageAliasDoc":          e.origin + "/",
		"sqlManagement":            e.origin + "/",
		"gallery":                  e.origin + "/",
		"activeDirectory":          e.origin,
		"activeDirectoryDataLake":  e.origin + "/",
		"microsoftGraphResourceId": e.origin + "/",
		"suffixes": map[string]any{
			"storage":        "core.emulator.example",
			"keyVaultDns":    "vault.emulator.example",
			"acrLoginServer": strings.TrimPrefix(e.origin, "https://"),
		},
	}
}
