package report_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/report"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// reader is a credential whose token reads users.
type reader struct{}

func (reader) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"tid":"` + contoso + `","oid":"o","roles":["User.Read.All"]}`))
	return azcore.AccessToken{Token: "e30." + claims + ".c2ln", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// directory serves people as guests, page by page.
type directory struct {
	people   []report.Person
	requests int
}

func (d *directory) RoundTrip(request *http.Request) (*http.Response, error) {
	d.requests++
	top, _ := strconv.Atoi(request.URL.Query().Get("$top"))
	from, _ := strconv.Atoi(request.URL.Query().Get("$skiptoken"))
	var body bytes.Buffer
	body.WriteString(`{"value":[`)
	for i, p := range d.people[from:min(from+top, len(d.people))] {
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"id":%q,"userPrincipalName":"%d#EXT#@contoso.onmicrosoft.com","displayName":%q,"mail":%q,"otherMails":[%[4]q],"companyName":%q,"userType":"Guest","creationType":"Invitation","accountEnabled":true,`+
			`"createdDateTime":%q,"externalUserState":"Accepted","externalUserStateChangeDateTime":%[6]q,"sponsors":[{"@odata.type":"#microsoft.graph.user","id":%[1]q}]}`,
			p.ObjectID, from+i, p.Name, p.Address, p.Company, p.CreatedAt.Format(time.RFC3339))
	}
	body.WriteByte(']')
	if from+top < len(d.people) {
		fmt.Fprintf(&body, `,"@odata.nextLink":"https://graph.example/v1.0/users?$top=%d&$skiptoken=%d"`, top, from+top)
	}
	body.WriteByte('}')
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(&body), Request: request}, nil
}

// Twenty thousand guests in every format: 21 requests and at most 200 MB, what there was
// before included.
func TestMemoryOfTwentyThousand(t *testing.T) { //nolint:paralleltest // tests beside it would count
	d := &directory{people: crowd(20_000)}
	client, err := graph.New(graph.Options{Endpoint: "https://graph.example", Scope: "s", Credential: reader{}, Transport: d, UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	source := &report.DataSource{DataSource: session.DataSource{Session: session.New(client)}}
	var schema datasource.SchemaResponse
	source.Schema(t.Context(), datasource.SchemaRequest{}, &schema)
	empty := tftypes.NewValue(schema.Schema.Type().TerraformType(t.Context()), nil)
	plan := tfsdk.State{Schema: schema.Schema, Raw: empty}
	plan.SetAttribute(t.Context(), path.Root("include_people"), true)
	plan.SetAttribute(t.Context(), path.Root("formats"), []string{"markdown", "html", "csv"})
	response := datasource.ReadResponse{State: tfsdk.State{Schema: schema.Schema, Raw: empty}}

	defer debug.SetGCPercent(debug.SetGCPercent(100)) // whatever the tests run with
	runtime.GC()
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for ticker := time.NewTicker(5 * time.Millisecond); ; {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse)
			select {
			case <-ticker.C:
			case <-stop:
				peak <- most
				return
			}
		}
	}()
	source.Read(t.Context(), datasource.ReadRequest{Config: tfsdk.Config{Schema: schema.Schema, Raw: plan.Raw}}, &response)
	close(stop)
	used := <-peak
	for _, diagnostic := range response.Diagnostics {
		t.Errorf("%s: %s", diagnostic.Summary(), diagnostic.Detail())
	}
	var total types.Int64
	var page types.String
	response.State.GetAttribute(t.Context(), path.Root("total"), &total)
	response.State.GetAttribute(t.Context(), path.Root("html"), &page)
	t.Logf("%d requests, %d MB at the peak, a page of %d bytes", d.requests, used>>20, len(page.ValueString()))
	if total.ValueInt64() != 20_000 || d.requests > 25 || used > 200<<20 || len(page.ValueString()) > 5_000_000 {
		t.Errorf("%v guests, %d requests, %d MB, a page of %d bytes", total, d.requests, used>>20, len(page.ValueString()))
	}
}
