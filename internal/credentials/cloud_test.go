package credentials

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCloud(t *testing.T) {
	t.Parallel()
	global := Cloud{"global", "https://login.microsoftonline.com", "https://graph.microsoft.com", "https://graph.microsoft.com/.default"}
	government := Cloud{"usgovernment", "https://login.microsoftonline.us", "https://graph.microsoft.us", "https://graph.microsoft.us/.default"}
	dod := Cloud{"dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us", "https://dod-graph.microsoft.us/.default"}
	china := Cloud{"china", "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn/.default"}
	canary := Cloud{"canary", "https://login.microsoftonline.com", "https://canary.graph.microsoft.com", "https://canary.graph.microsoft.com/.default"}
	for name, test := range map[string]struct {
		environment, graph, authority string
		want                          Cloud
	}{
		"default":        {want: global},
		"global":         {environment: "global", want: global},
		"public":         {environment: "Public", want: global},
		"usgovernment":   {environment: "usgovernment", want: government},
		"usgovernmentl4": {environment: "usgovernmentl4", want: government},
		"dod":            {environment: "dod", want: dod},
		"usgovernmentl5": {environment: "usgovernmentl5", want: dod},
		"china":          {environment: "china", want: china},
		"canary":         {environment: "canary", want: canary},
		"proxy": {
			environment: "china", graph: "https://Proxy.example:8443/graph/",
			want: Cloud{"china", "https://login.chinacloudapi.cn", "https://proxy.example:8443/graph", "https://microsoftgraph.chinacloudapi.cn/.default"},
		},
		"another authority": {
			authority: "login.example/",
			want:      Cloud{"global", "https://login.example", "https://graph.microsoft.com", "https://graph.microsoft.com/.default"},
		},
		"another cloud": {
			graph: " https://graph.example// ", authority: "HTTPS://Login.Example:444",
			want: Cloud{"global", "https://login.example:444", "https://graph.example", "https://graph.example/.default"},
		},
		"addresses": {
			graph: "https://127.0.0.1:1", authority: "[::1]:2",
			want: Cloud{"global", "https://[::1]:2", "https://127.0.0.1:1", "https://127.0.0.1:1/.default"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Arguments{Environment: &test.environment, GraphEndpoint: &test.graph, AuthorityHost: &test.authority}.Cloud()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("cloud (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCloudErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments Arguments
		blamed    string
		words     string
	}{
		"unknown environment":   {Arguments{Environment: new("germany")}, "environment", `"germany"`},
		"hostile environment":   {Arguments{Environment: new("x\n::error::\u202e")}, "environment", "usgovernmentl5"},
		"http":                  {Arguments{GraphEndpoint: new("http://graph.example")}, "graph_endpoint", "https"},
		"http authority":        {Arguments{AuthorityHost: new("http://login.example")}, "authority_host", "https"},
		"no host":               {Arguments{GraphEndpoint: new("https://")}, "graph_endpoint", "host"},
		"no scheme":             {Arguments{GraphEndpoint: new("graph.example")}, "graph_endpoint", "https://"},
		"not a URL":             {Arguments{GraphEndpoint: new("https://a b/%zz")}, "graph_endpoint", "URL"},
		"shell in the host":     {Arguments{GraphEndpoint: new("https://a;id"), AuthorityHost: new("b")}, "graph_endpoint", "URL"},
		"port out of range":     {Arguments{AuthorityHost: new("a:70000")}, "authority_host", "65535"},
		"credentials":           {Arguments{GraphEndpoint: new("https://u:plantedsecret@graph.example")}, "graph_endpoint", "user"},
		"query":                 {Arguments{GraphEndpoint: new("https://graph.example?x=plantedsecret")}, "graph_endpoint", "query"},
		"fragment":              {Arguments{AuthorityHost: new("login.example#plantedsecret")}, "authority_host", "fragment"},
		"version":               {Arguments{GraphEndpoint: new("https://graph.example/v1.0/")}, "graph_endpoint", "/v1.0"},
		"beta":                  {Arguments{GraphEndpoint: new("https://graph.example/beta")}, "graph_endpoint", "/beta"},
		"path in the authority": {Arguments{AuthorityHost: new("login.example/tenant")}, "authority_host", "tenant_id"},
		"dots in the path":      {Arguments{GraphEndpoint: new("https://graph.example/a/../b")}, "graph_endpoint", "segments"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.arguments.Cloud()
			wantBlame(t, err, test.blamed, test.words)
		})
	}
}

func FuzzEndpoints(f *testing.F) {
	for _, seed := range []string{"https://graph.example/x/", "login.example:443", "https://[::1]", "http://x", "//", "https://u:p@h?q#f", "https://h:", "https://h/%2e%2e/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for name, parse := range map[string]func(string) (string, error){"graph": parseGraphEndpoint, "authority": parseAuthorityHost} {
			endpoint, err := parse(value)
			if err != nil {
				continue
			}
			parsed, err := url.Parse(endpoint)
			if err != nil || parsed.Scheme != "https" || parsed.Hostname() == "" || parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
				t.Errorf("%s: %q became %q", name, value, endpoint)
			}
			if strings.HasSuffix(endpoint, "/") {
				t.Errorf("%s: %q ends in a slash", name, endpoint)
			}
			if again, err := parse(endpoint); err != nil || again != endpoint {
				t.Errorf("%s: %q is not stable: %q, %v", name, endpoint, again, err)
			}
		}
	})
}
