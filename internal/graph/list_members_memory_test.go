package graph_test

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

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// reader is a credential whose token reads users and groups.
type reader struct{}

func (reader) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"tid":"t","roles":["User.Read.All","GroupMember.Read.All"]}`))
	return azcore.AccessToken{Token: "e30." + claims + ".c2ln", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// crowdedGroup serves the members of a large group, made up page by page, and watches how
// much memory is in use.
type crowdedGroup struct {
	members  int
	requests int
	peak     uint64
}

func (g *crowdedGroup) watch() {
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	g.peak = max(g.peak, now.HeapInuse)
}

func (g *crowdedGroup) RoundTrip(request *http.Request) (*http.Response, error) {
	g.requests++
	g.watch()
	top, _ := strconv.Atoi(request.URL.Query().Get("$top"))
	from, _ := strconv.Atoi(request.URL.Query().Get("$skiptoken"))
	var body bytes.Buffer
	body.WriteString(`{"value":[`)
	for i := from; i < min(from+top, g.members); i++ {
		if i > from {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"@odata.type":"#microsoft.graph.user","id":"00000000-0000-0000-0000-%012[1]d","userPrincipalName":"guest%05[1]d_partner.example#EXT#@contoso.onmicrosoft.com",`+
			`"mail":"guest%05[1]d@partner.example","otherMails":["guest%05[1]d@partner.example"],"proxyAddresses":["SMTP:guest%05[1]d@partner.example"],"displayName":"Guest %[1]d","givenName":"Given %[1]d",`+
			`"surname":"Surname %[1]d","jobTitle":"Engineer","department":"Department %[2]d","companyName":"Partner Ltd","employeeId":"%[1]d","employeeType":"Contractor","mobilePhone":"+49 170 %[1]d",`+
			`"businessPhones":["+49 30 %[1]d"],"officeLocation":"B %[2]d","streetAddress":"Street %[1]d","city":"Berlin","state":"Berlin","postalCode":"10115","country":"Germany","usageLocation":"DE","preferredLanguage":"de-DE",`+
			`"employeeOrgData":{"costCenter":"C%[2]d","division":"D%[2]d"},"onPremisesExtensionAttributes":{"extensionAttribute1":null,"extensionAttribute2":null,"extensionAttribute3":null,"extensionAttribute4":null,`+
			`"extensionAttribute5":null,"extensionAttribute6":null,"extensionAttribute7":null,"extensionAttribute8":null,"extensionAttribute9":null,"extensionAttribute10":null,"extensionAttribute11":null,`+
			`"extensionAttribute12":null,"extensionAttribute13":null,"extensionAttribute14":null,"extensionAttribute15":"%[1]d"},"accountEnabled":true,"userType":"Guest","creationType":"Invitation",`+
			`"onPremisesSyncEnabled":null,"createdDateTime":"2026-01-15T09:00:00Z","externalUserState":"Accepted","externalUserStateChangeDateTime":"2026-01-16T09:00:00Z"}`, i, i%20)
	}
	body.WriteByte(']')
	if from+top < g.members {
		fmt.Fprintf(&body, `,"@odata.nextLink":"https://graph.example/v1.0/groups/g/members?$top=%d&$skiptoken=%d"`, top, from+top)
	}
	body.WriteByte('}')
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(&body), Request: request}, nil
}

// Thirty thousand members with the whole profile: 31 requests and at most 150 MB, what
// there was before included.
func TestMemoryOfThirtyThousandMembers(t *testing.T) { //nolint:paralleltest // tests beside it would count
	if testing.Short() {
		t.Skip("about size, not about concurrency")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // whatever the tests run with
	runtime.GC()
	crowd := &crowdedGroup{members: manyMembers}
	client, err := graph.New(graph.Options{Endpoint: "https://graph.example", Scope: "s", Credential: reader{}, Transport: crowd, UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	properties := []graph.Property{
		"otherMails", "proxyAddresses", "displayName", "givenName", "surname", "jobTitle", "department", "companyName", "employeeId", "employeeType",
		"mobilePhone", "businessPhones", "officeLocation", "streetAddress", "city", "state", "postalCode", "country", "usageLocation", "preferredLanguage",
		"employeeOrgData", "onPremisesExtensionAttributes", "accountEnabled", "userType", "creationType", "onPremisesSyncEnabled", "createdDateTime",
		"externalUserState", "externalUserStateChangeDateTime",
	}
	var users []graph.User
	_, err = client.ListMembers(t.Context(), "g", false, properties, func(user graph.User) {
		users = append(users, user)
		if len(users)%100 == 0 {
			crowd.watch()
		}
	})
	crowd.watch()
	t.Logf("%d members, %d requests, peak %d MB", len(users), crowd.requests, crowd.peak>>20)
	if err != nil || len(users) != manyMembers || crowd.requests > 31 || crowd.peak > 150<<20 {
		t.Errorf("%d members, %d requests, peak %d MB, %v", len(users), crowd.requests, crowd.peak>>20, err)
	}
}
