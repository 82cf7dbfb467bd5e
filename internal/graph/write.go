package graph

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// write is one request that changes the directory, on behalf of a caller.
type write struct {
	// ctx is the caller's. It ends what was not sent yet, and the wait between two tries,
	// never a try under way.
	ctx  context.Context
	info *abstractions.RequestInformation
	// harmless marks a POST whose repetition does no harm.
	harmless bool
}

// fewWrites is how many writes go at once without waiting for each other: Terraform's
// parallelism, unless somebody raises it.
const fewWrites = 10

// writes sends the writes of many concurrent callers together, those of one kind.
//
// A batch saves requests, not time: over HTTP/2 writes under way at once take one round
// trip as they are, and the answers to a batch come when the slowest of them is there. With
// 64 callers, and answers after 0.3 s that vary by a third, TestSharedWrites sees 640
// changes take 50 requests and 6 s instead of 640 and 3.5 s: five times what Graph allows
// in the long run, 20 writes a second. So writes are shared where they are many, by
// entraguest_guests and with a raised parallelism. These are sent as they are:
//   - what is part of a creation, a chain of requests whose times add up: sharing the
//     changes of fresh guests makes their creation take 71 s instead of 56 s;
//   - invitations, which take the longest and vary the most: sharing them, too, makes it 92 s.
//     And one lost answer would leave twenty people to be looked for instead of one;
//   - what carries a secret, or bytes.
type writes struct {
	client *Client
	// changes are of users and of whom they refer to.
	changes, deletions gatherer[write, batchAnswer]
}

func newWrites(client *Client) *writes {
	w := &writes{client: client}
	for _, g := range []*gatherer[write, batchAnswer]{&w.changes, &w.deletions} {
		g.limit, g.few, g.send = maxBatch, fewWrites, w.send
	}
	return w
}

// share sends a write together with those of others, unless it is of somebody written a
// moment ago. What goes wrong with one of them, and its repetition, is its caller's alone.
// Once it is sent its answer is waited for, also when the caller's context ends meanwhile.
// A refusal comes back as one of this package's error types.
func (c *Client) share(ctx context.Context, g *gatherer[write, batchAnswer], op operation, writtenAt time.Time, one write) error {
	if err := ctx.Err(); err != nil {
		return describe(err, op)
	}
	one.ctx = ctx
	if c.Fresh(writtenAt) {
		return c.writes.alone(one).decode(op, nil)
	}
	done, err := g.do(context.WithoutCancel(ctx), one)
	if err != nil {
		return describe(err, op)
	}
	return done.value.decode(op, nil)
}

// send is the gatherer's.
func (w *writes) send(ctx context.Context, some []write, deliver func(int, outcome[batchAnswer])) {
	if len(some) == 1 {
		deliver(0, outcome[batchAnswer]{value: w.alone(some[0])})
		return
	}
	var errands []errand
	for i, one := range some {
		request, err := w.client.batched(one)
		if err == nil {
			err = one.ctx.Err()
		}
		if err != nil {
			deliver(i, outcome[batchAnswer]{value: batchAnswer{err: err}})
			continue
		}
		errands = append(errands, errand{batchRequest: request, ctx: one.ctx, take: func(answer batchAnswer) []errand {
			deliver(i, outcome[batchAnswer]{value: answer})
			return nil
		}})
	}
	w.client.carry(ctx, errands)
}

// alone sends a write with a request of its own.
func (w *writes) alone(one write) (answer batchAnswer) {
	ctx := one.ctx
	if one.harmless {
		ctx = repeatable(ctx)
	}
	err := w.client.exchange(ctx, one.info, func(response *http.Response) error {
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return fmt.Errorf("reading the answer: %w", err)
		}
		answer = batchAnswer{status: response.StatusCode, header: response.Header, body: body}
		return nil
	})
	if err != nil {
		return batchAnswer{err: err}
	}
	return answer
}

// batched is a write as one request of a batch.
func (c *Client) batched(one write) (batchRequest, error) {
	one.info.PathParameters["baseurl"] = c.baseURL
	target, err := one.info.GetUri()
	if err != nil {
		return batchRequest{}, err //nolint:wrapcheck // decode says what was being done
	}
	request := batchRequest{method: one.info.Method.String(), url: strings.TrimPrefix(target.String(), c.baseURL), harmless: one.harmless}
	if len(one.info.Content) > 0 {
		request.body = one.info.Content
	}
	return request, nil
}
