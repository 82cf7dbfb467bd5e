package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/entraguest/terraform-provider-entraguest/internal/secret"
)

// withheld stands for what Graph, or something before it, answered with a secret in it.
const withheld = "(the text of the answer is withheld, because it repeats a secret of the request)"

// telling is how many characters in a row give a secret away.
const telling = 6

// conceal takes secrets out of an error: services have been seen to repeat what they
// refuse. The kind of the error, status and request id stay.
func conceal(err error, secrets ...secret.Text) error {
	if err == nil {
		return nil
	}
	clues := cluesOf(secrets)
	if lost, ok := errors.AsType[*Uncertain](err); ok {
		return &Uncertain{Err: conceal(lost.Err, secrets...)}
	}
	if malformed, ok := errors.AsType[*Malformed](err); ok && clues.in(malformed.Err.Error()) {
		return &Malformed{Refusal: clues.outOf(malformed.Refusal), Err: errors.New(withheld)}
	}
	if refused, ok := RefusalOf(err); ok {
		clean := clues.outOf(refused)
		if clean == refused {
			return err
		}
		if malformed, ok := errors.AsType[*Malformed](err); ok {
			return &Malformed{Refusal: clean, Err: malformed.Err}
		}
		if throttled, ok := errors.AsType[*Throttled](err); ok {
			return &Throttled{Refusal: clean, RetryAfter: throttled.RetryAfter}
		}
		return classify(clean, 0)
	}
	if clues.in(err.Error()) {
		if failure, ok := errors.AsType[*Failure](err); ok && !clues.in(failure.Doing+failure.Subject) {
			return &Failure{Doing: failure.Doing, Subject: failure.Subject, Err: errors.New(withheld)}
		}
		return errors.New(withheld)
	}
	return err
}

type secretiveKey struct{}

// secretive marks a request that carries a secret there or back: what goes wrong with it
// is logged without its text, of which nobody knows what it quotes.
func secretive(ctx context.Context) context.Context {
	return context.WithValue(ctx, secretiveKey{}, true)
}

// tellable is what a log may say about an error.
func tellable(ctx context.Context, err error) string {
	if marked, _ := ctx.Value(secretiveKey{}).(bool); marked {
		return fmt.Sprintf("%T", err)
	}
	return err.Error()
}

// clues are the pieces of text that give a secret away.
type clues []string

func cluesOf(secrets []secret.Text) clues {
	var found clues
	for _, hidden := range secrets {
		text := secretPart(hidden.Reveal())
		forms := []string{text, html.EscapeString(text), url.QueryEscape(text), url.PathEscape(text)}
		if encoded, err := json.Marshal(text); err == nil {
			forms = append(forms, strings.Trim(string(encoded), `"`))
		}
		for _, form := range forms {
			if len(form) > 0 && len(form) < telling {
				found = append(found, form)
			}
			for i := 0; i+telling <= len(form); i++ {
				found = append(found, form[i:i+telling])
			}
		}
	}
	return found
}

// secretPart is what of a text is secret: of a redeem link, which carries another link, the
// ticket, or else the query. Hosts and ids stand in many a message.
func secretPart(text string) string {
	before, query, isLink := strings.Cut(text, "?")
	if !isLink || !strings.Contains(before, "://") {
		return text
	}
	outer, err := url.ParseQuery(query)
	if err != nil {
		return query
	}
	inner, err := url.Parse(outer.Get("rd"))
	if err != nil {
		return query
	}
	if ticket := inner.Query().Get("ticket"); ticket != "" {
		return ticket
	}
	return query
}

func (c clues) in(text string) bool {
	for _, clue := range c {
		if strings.Contains(text, clue) {
			return true
		}
	}
	return false
}

// outOf returns the refusal itself when it gives nothing away, else a copy that does not.
func (c clues) outOf(refused *Refusal) *Refusal {
	if !c.in(refused.Message) && !c.in(refused.Code) && !c.in(refused.Target) {
		return refused
	}
	clean := *refused
	clean.Message, clean.Target = withheld, ""
	if c.in(clean.Code) {
		clean.Code = ""
	}
	return &clean
}
