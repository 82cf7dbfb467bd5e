package secret_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

type holder struct {
	Open   secret.Text
	hidden secret.Text
	list   []secret.Text
	byName map[string]secret.Text
}

func TestTextIsNeverSeen(t *testing.T) {
	t.Parallel()
	const planted = "planted-9f27"
	text := secret.New(planted)
	held := holder{Open: text, hidden: text, list: []secret.Text{text}, byName: map[string]secret.Text{"a": text}}
	seen := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		seen[verb] = fmt.Sprintf(verb, text) + fmt.Sprintf(verb, &text) + fmt.Sprintf(verb, held) + fmt.Sprintf(verb, &held)
	}
	encoded, err := json.Marshal(map[string]any{"text": text, "held": held})
	seen["json"] = fmt.Sprint(string(encoded), err)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "text", text, "held", held)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "text", text, "held", held)
	seen["log"] = log.String()
	seen["error"] = fmt.Errorf("failed: %w", fmt.Errorf("%v", held)).Error()
	seen["cmp"] = cmp.Diff(held.Open.String(), "")
	for how, got := range seen {
		// %x of the text would be its bytes.
		if strings.Contains(got, planted) || strings.Contains(got, fmt.Sprintf("%x", planted)) {
			t.Errorf("%s shows %s", how, got)
		}
	}
	if text.Reveal() != planted || text.Empty() {
		t.Error("the text cannot be revealed")
	}
	if (secret.Text{}).Reveal() != "" || !(secret.Text{}).Empty() {
		t.Error("the zero value is not empty")
	}
}
