package graphemulator_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func jsonStep(id, method, url string, body any, dependsOn ...string) object {
	step := object{"id": id, "method": method, "url": url}
	if body != nil {
		step["body"], step["headers"] = body, object{"Content-Type": "application/json"}
	}
	if len(dependsOn) > 0 {
		step["dependsOn"] = dependsOn
	}
	return step
}

// batch returns the inner answers by id.
func (c *client) batch(steps ...object) map[string]object {
	c.t.Helper()
	a := c.expect(http.StatusOK, http.MethodPost, "$batch", object{"requests": steps})
	responses := map[string]object{}
	for _, response := range a.body["responses"].([]any) {
		responses[response.(object)["id"].(string)] = response.(object)
	}
	return responses
}

func TestBatch(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	ada := c.invite("ada@partner.example")
	c.ResetRequests()
	responses := c.batch(
		jsonStep("1", "GET", "/users/"+ada+"?$select=mail", nil),
		jsonStep("2", "PATCH", "users/"+ada, object{"city": "Bonn"}),
		jsonStep("3", "GET", "/users/nobody", nil),
		jsonStep("4", "PATCH", "/users/"+ada, object{"city": "Köln"}, "3"),
		jsonStep("5", "GET", "/users/"+ada+"?$select=city", nil, "2"),
	)
	for id, want := range map[string]float64{"1": 200, "2": 204, "3": 404, "4": 424, "5": 200} {
		if got := responses[id]["status"]; got != want {
			t.Errorf("%s: status %v, want %v: %v", id, got, want, responses[id])
		}
	}
	if responses["1"]["body"].(object)["mail"] != "ada@partner.example" || responses["5"]["body"].(object)["city"] != "Bonn" {
		t.Errorf("bodies: %v", responses)
	}
	if responses["1"]["headers"].(object)["X-Ms-Resource-Unit"] != "1" {
		t.Errorf("headers: %v", responses["1"]["headers"])
	}

	var recorded []string
	for _, request := range c.Requests() {
		recorded = append(recorded, fmt.Sprint(request.Batched, " ", request.Method, " ", request.Path, " ", request.Status))
	}
	want := []string{
		"false POST /v1.0/$batch 200", "true GET /v1.0/users/" + ada + " 200", "true PATCH /v1.0/users/" + ada + " 204",
		"true GET /v1.0/users/nobody 404", "true PATCH /v1.0/users/" + ada + " 424", "true GET /v1.0/users/" + ada + " 200",
	}
	if diff := cmp.Diff(want, recorded); diff != "" {
		t.Error(diff)
	}
}

func TestBatchRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	many := make([]object, 21)
	for i := range many {
		many[i] = jsonStep(strconv.Itoa(i), "GET", "/users", nil)
	}
	tests := map[string]struct {
		body    any
		message string
	}{
		"21":             {object{"requests": many}, "exceeds the maximum value of 20"},
		"none":           {object{"requests": []object{}}, "Invalid batch payload format."},
		"no JSON":        {"{", "Invalid batch payload format."},
		"same id":        {object{"requests": []object{jsonStep("1", "GET", "/users", nil), jsonStep("1", "GET", "/users", nil)}}, "more than once"},
		"no id":          {object{"requests": []object{jsonStep("", "GET", "/users", nil)}}, "null or empty"},
		"absolute":       {object{"requests": []object{jsonStep("1", "GET", "https://graph.microsoft.com/v1.0/users", nil)}}, "invalid Url"},
		"nested":         {object{"requests": []object{jsonStep("1", "POST", "/$batch", object{})}}, "batch itself"},
		"method":         {object{"requests": []object{jsonStep("1", "FETCH", "/users", nil)}}, "invalid method"},
		"unknown parent": {object{"requests": []object{jsonStep("1", "GET", "/users", nil, "7")}}, "depends on"},
		"no content type": {
			object{"requests": []object{{"id": "1", "method": "PATCH", "url": "/users/x", "body": object{}}}},
			"Write request id : 1 does not contain Content-Type header or body.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if a := c.graph(http.MethodPost, "$batch", test.body); a.status != 400 || !strings.Contains(a.message(), test.message) {
				t.Errorf("got %d %s, want %q", a.status, a.raw, test.message)
			}
		})
	}
}

// Inner requests meet faults, lag and hooks on their own.
func TestBatchFaults(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	c.AddFaults(graphemulator.Fault{Method: "GET", PathRegexp: "^/v1.0/groups$", Times: 1, Status: 429, RetryAfter: 7})
	steps := []object{jsonStep("1", "GET", "/groups", nil), jsonStep("2", "GET", "/groups", nil)}
	responses := c.batch(steps...)
	if responses["1"]["status"] != 429.0 || responses["1"]["headers"].(object)["Retry-After"] != "7" || responses["2"]["status"] != 200.0 {
		t.Errorf("responses = %v", responses)
	}
	c.AddFaults(graphemulator.Fault{PathRegexp: "/groups$", Times: 1, DropConnection: true})
	if response, err := c.http.Do(c.request(http.MethodPost, "/v1.0/$batch", object{"requests": steps})); err == nil {
		_ = response.Body.Close()
		t.Errorf("the answer came: %d", response.StatusCode)
	}
}

func TestBatchBinaryBody(t *testing.T) {
	t.Parallel()
	c := start(t, graphemulator.Config{})
	id := c.invite("ada@partner.example")
	step := object{
		"id": "1", "method": "PUT", "url": "/users/" + id + "/photo/$value",
		"headers": object{"Content-Type": "image/jpeg"}, "body": []byte(picture(t, 48)),
	}
	if got := c.batch(step)["1"]["status"]; got != 200.0 {
		t.Errorf("status = %v", got)
	}
	photo := c.batch(jsonStep("1", "GET", "/users/"+id+"/photo/$value", nil))["1"]
	if body, _ := photo["body"].(string); !strings.HasPrefix(body, "/9j/") {
		t.Errorf("body = %v", photo["body"])
	}
}
