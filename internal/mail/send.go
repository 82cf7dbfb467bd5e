package mail

import (
	"context"
	"errors"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Sender hands a mail to Exchange; *graph.Client is one.
type Sender interface {
	SendMail(ctx context.Context, from string, message graph.Message) error
}

const (
	// sendLimit bounds one send, once its turn has come, without Graph's requests to wait.
	sendLimit = 2 * time.Minute
	// sends is how often a letter that may be sent again is sent at most.
	sends = 3
)

// AssumedSent is a mail whose answer was lost, and that counts as sent.
type AssumedSent struct{ Err error }

// Error says that nobody knows.
func (a *AssumedSent) Error() string {
	return "the answer was lost, and the mail is taken for sent: " + a.Err.Error()
}

// Unwrap returns what was seen of the answer.
func (a *AssumedSent) Unwrap() error { return a.Err }

// Lost is a mail that was sent again, because its answer was lost, and that did not
// become certain either.
type Lost struct {
	// Err is what was seen of the answer.
	Err error
	// Then is why sending it again failed for certain; nil when that answer was lost too.
	Then error
}

// Error says that nobody knows.
func (l *Lost) Error() string {
	if l.Then != nil {
		return "the answer was lost, so the mail may have been sent: " + l.Err.Error() + "; sending it again failed: " + l.Then.Error()
	}
	return "every answer was lost, so the mail may have been sent: " + l.Err.Error()
}

// Unwrap returns what was seen of the answer.
func (l *Lost) Unwrap() error { return l.Err }

// Send sends a letter when its turn comes. ctx should be the request's, without the
// resource's timeout: a bulk apply waits for minutes. A send under way has a limit of
// its own, in which Graph's requests to wait do not count.
//
// The status is what goes into the state: Accepted also with *AssumedSent, which is for
// a warning; Pending with *NotSent; Failed with everything else.
func Send(ctx context.Context, client Sender, queue *Queue, letter Letter) (Status, error) {
	var earlier *graph.Uncertain
	for try := 1; ; try++ {
		err := queue.Do(ctx, letter.From, func(ctx context.Context) error {
			ctx, cancel := graph.WithBudget(ctx, sendLimit)
			defer cancel()
			beforeSend(letter)
			return client.SendMail(ctx, letter.From, letter.Message)
		})
		lost, uncertain := errors.AsType[*graph.Uncertain](err)
		_, unsent := errors.AsType[*NotSent](err)
		switch {
		case err == nil:
			return Accepted, nil
		case uncertain && !letter.Resend:
			return Accepted, &AssumedSent{Err: lost.Err}
		case uncertain && try == sends:
			return Failed, &Lost{Err: lost.Err}
		case uncertain:
			earlier = lost
		case earlier != nil:
			return Failed, &Lost{Err: earlier.Err, Then: err}
		case unsent:
			return Pending, err
		default:
			return Failed, err
		}
	}
}
