package graph

import (
	"context"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// directoryObject is an object of which only the id matters.
type directoryObject struct {
	ID string `json:"id"`
}

// Manager returns the object id of a user's manager, or "" when there is none. Where the
// context is Refreshing, concurrent callers share requests and lists.
// Source: https://learn.microsoft.com/graph/api/user-list-manager.
func (c *Client) Manager(ctx context.Context, id string) (string, error) {
	related, err := c.related(ctx, managerView, id)
	if err != nil || len(related) == 0 {
		return "", err
	}
	return related[0], nil
}

func (c *Client) readManager(ctx context.Context, id string) ([]string, error) {
	op := managerView.operation(id)
	info, err := users.NewItemManagerRequestBuilderInternal(c.path("user%2Did", id), c.adapter).
		ToGetRequestInformation(ctx, &users.ItemManagerRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.ItemManagerRequestBuilderGetQueryParameters{Select: managerView.properties},
		})
	if err != nil {
		return nil, describe(err, op)
	}
	var manager directoryObject
	err = c.call(ctx, op, info, &manager)
	switch {
	case IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	default:
		return []string{manager.ID}, nil
	}
}

// SetManager makes managerID the manager of a user; "" removes the manager. writtenAt is
// as for UpdateUser, and so is the sharing of requests.
// Source: https://learn.microsoft.com/graph/api/user-post-manager.
func (c *Client) SetManager(ctx context.Context, id, managerID string, writtenAt time.Time) error {
	op := operation{doing: "setting the manager of the user", subject: id, needs: needsWrite}
	builder := users.NewItemManagerRefRequestBuilderInternal(c.path("user%2Did", id), c.adapter)
	if managerID == "" {
		op.doing = "removing the manager of the user"
		info, err := builder.ToDeleteRequestInformation(ctx, nil)
		if err != nil {
			return describe(err, op)
		}
		if err := c.share(ctx, &c.writes.changes, op, writtenAt, write{info: info}); !IsNotFound(err) {
			return err
		}
		return nil
	}
	set := func(ctx context.Context) error {
		reference := c.baseURL + "/users/" + managerID
		body := models.NewReferenceUpdate()
		body.SetOdataId(&reference)
		info, err := builder.ToPutRequestInformation(ctx, body, nil)
		if err != nil {
			return describe(err, op)
		}
		return c.share(ctx, &c.writes.changes, op, writtenAt, write{info: info})
	}
	return c.settle(ctx, writtenAt, set)
}

// Sponsors returns the object ids of a user's sponsors, users and groups, five at most.
// Where the context is Refreshing, concurrent callers share requests and lists.
// Source: https://learn.microsoft.com/graph/api/user-list-sponsors.
func (c *Client) Sponsors(ctx context.Context, id string) ([]string, error) {
	return c.related(ctx, sponsorsView, id)
}

func (c *Client) readSponsors(ctx context.Context, id string) ([]string, error) {
	op := sponsorsView.operation(id)
	info, err := users.NewItemSponsorsRequestBuilderInternal(c.path("user%2Did", id), c.adapter).
		ToGetRequestInformation(ctx, &users.ItemSponsorsRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.ItemSponsorsRequestBuilderGetQueryParameters{Select: sponsorsView.properties},
		})
	if err != nil {
		return nil, describe(err, op)
	}
	var objects page[directoryObject]
	if err := c.call(ctx, op, info, &objects); err != nil {
		return nil, err
	}
	return objectIDs(objects.Value), nil
}

// related returns the objects at the other end of a relation.
func (c *Client) related(ctx context.Context, v *view, id string) ([]string, error) {
	if c.refreshes(ctx) && isObjectID(id) {
		found, err := c.reads.read(ctx, v, id)
		return found.related, err
	}
	found, err := c.readAlone(ctx, userRead{v, id})
	return found.related, err
}

// readAlone reads one view of one user with a request of its own.
func (c *Client) readAlone(ctx context.Context, wanted userRead) (found reading, err error) {
	switch wanted.view {
	case managerView:
		found.related, err = c.readManager(ctx, wanted.id)
	case sponsorsView:
		found.related, err = c.readSponsors(ctx, wanted.id)
	default:
		found.user, err = c.readUser(ctx, wanted.view, wanted.id)
	}
	return found, err
}

// The sponsor references are documented but missing from the API description the SDK
// is generated from, so there is no request builder for them.
const (
	sponsorsRef = "{+baseurl}/users/{user%2Did}/sponsors/$ref"
	sponsorRef  = "{+baseurl}/users/{user%2Did}/sponsors/{directoryObject%2Did}/$ref"
)

// AddSponsor adds one sponsor, a user or a group. One who is a sponsor already is no error.
// Source: https://learn.microsoft.com/graph/api/user-post-sponsors.
func (c *Client) AddSponsor(ctx context.Context, id, sponsorID string, writtenAt time.Time) error {
	op := operation{doing: "adding a sponsor to the user", subject: id, needs: needsWrite}
	add := func(ctx context.Context) error {
		reference := c.baseURL + "/directoryObjects/" + sponsorID
		body := models.NewReferenceCreate()
		body.SetOdataId(&reference)
		info := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(
			abstractions.POST, sponsorsRef, c.path("user%2Did", id))
		if err := info.SetContentFromParsable(ctx, c.adapter, "application/json", body); err != nil {
			return describe(err, op)
		}
		return c.share(ctx, &c.writes.changes, op, writtenAt, write{info: info, harmless: true})
	}
	return ignoreExisting(c.settle(ctx, writtenAt, add))
}

// RemoveSponsor removes one sponsor. One who is none any more is no error.
// Source: https://learn.microsoft.com/graph/api/user-delete-sponsors.
func (c *Client) RemoveSponsor(ctx context.Context, id, sponsorID string) error {
	op := operation{doing: "removing a sponsor from the user", subject: id, needs: needsWrite}
	info := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(
		abstractions.DELETE, sponsorRef, c.path("user%2Did", id, "directoryObject%2Did", sponsorID))
	if err := c.share(ctx, &c.writes.changes, op, time.Time{}, write{info: info}); !IsNotFound(err) {
		return err
	}
	return nil
}
