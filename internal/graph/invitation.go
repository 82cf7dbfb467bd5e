package graph

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/invitations"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// Invitation is what POST /invitations takes.
// Source: https://learn.microsoft.com/graph/api/resources/invitation.
type Invitation struct {
	EmailAddress string
	RedirectURL  string
	// DisplayName is the only directory attribute an invitation can carry; "" leaves
	// the choice to Graph.
	DisplayName string
	// UserType is "Guest", "Member", or "" for Graph's default, Guest.
	UserType string
	// SendMessage makes Graph mail the redeem link.
	SendMessage bool
	Message     *InvitationMessage
	// SponsorIDs are object ids of users or groups, five at most.
	SponsorIDs []string
	// Again marks an invitation of somebody who has one: when its answer is lost, nothing
	// in the directory tells whether it was sent.
	Again bool
	// ResetFor is the object id of a person who is to accept again, with this address,
	// which must be in mail or other mails already; "" for an ordinary invitation.
	ResetFor string
}

// InvitationMessage shapes Graph's mail.
type InvitationMessage struct {
	// Body overrides Language. Graph leaves it out when an application invites.
	Body, Language string
	// CCRecipients are addresses; Graph mails one of them.
	CCRecipients []string
}

// Invited is what an invitation led to.
type Invited struct {
	// InvitationID and RedeemURL are "" when the answer was lost and only the person
	// was found again.
	InvitationID, RedeemURL string
	UserID                  string
	// UserPrincipalName is "" where Graph does not answer it.
	UserPrincipalName string
	// UserType is what the invitation asked for, "" when the answer was lost.
	UserType string
	// SentAt is the time on Graph's clock just before the first request: a person
	// created earlier was there already.
	SentAt time.Time
}

const (
	// inviteTries bounds how often an invitation whose answer was lost is sent.
	inviteTries = 3
	// recoveryLimit bounds the search for the person of a lost answer.
	recoveryLimit = 20 * time.Second
	// resetLimit bounds the wait for a reset whose answer was lost to show.
	resetLimit = 10 * time.Second
	// clockTolerance allows for times in whole seconds.
	clockTolerance = 2 * time.Second
)

// invitationAnswer is the part of the 201 body that matters.
type invitationAnswer struct {
	ID              string `json:"id"`
	InviteRedeemURL string `json:"inviteRedeemUrl"`
	InvitedUserType string `json:"invitedUserType"`
	InvitedUser     struct {
		ID                string `json:"id"`
		UserPrincipalName string `json:"userPrincipalName"`
	} `json:"invitedUser"`
}

// Invite invites a person. Graph answers with the person who is there when the address
// is known already; SentAt and the user's creation time tell the two apart.
//
// When the answer is lost, the person is looked for before anything is sent again. The
// redeem link is then fetched by a second invitation only if Graph sends no mail.
// An error leaves the fate unknown only if it wraps *Uncertain.
func (c *Client) Invite(ctx context.Context, invitation Invitation) (Invited, error) {
	start := &atomic.Int64{}
	answer, err := c.invite(context.WithValue(ctx, startKey{}, start), invitation)
	sentAt := c.clock.at(time.Unix(0, start.Load()))
	found := User{}
	for try := 1; err != nil; try++ {
		if _, lost := errors.AsType[*Uncertain](err); !lost || invitation.Again && invitation.SendMessage {
			return Invited{}, err
		}
		if found.ID == "" {
			var lookErr error
			if found, lookErr = c.recover(ctx, invitation, sentAt); lookErr != nil {
				return Invited{}, errors.Join(err, lookErr)
			}
		}
		repeat := try < inviteTries && ctx.Err() == nil
		if found.ID != "" && (invitation.SendMessage || !repeat) {
			answer.InvitedUser.ID, answer.InvitedUser.UserPrincipalName = found.ID, found.UserPrincipalName
			break
		}
		if found.ID == "" && (!repeat || isInternalError(err) && invitation.ResetFor == "") {
			return Invited{}, err
		}
		answer, err = c.invite(ctx, invitation)
	}
	return Invited{
		InvitationID:      answer.ID,
		RedeemURL:         answer.InviteRedeemURL,
		UserID:            answer.InvitedUser.ID,
		UserPrincipalName: answer.InvitedUser.UserPrincipalName,
		UserType:          answer.InvitedUserType,
		SentAt:            sentAt,
	}, nil
}

// recover looks for the person of an invitation whose answer was lost: a User without
// ID when nobody appears within recoveryLimit. A reset shows in the person who is there
// already: the person waits for acceptance since it was sent.
func (c *Client) recover(ctx context.Context, invitation Invitation, sentAt time.Time) (User, error) {
	if invitation.ResetFor != "" {
		return c.recoverReset(ctx, invitation.ResetFor, sentAt.Add(-clockTolerance))
	}
	address := invitation.EmailAddress
	var found User
	err := Poll(ctx, recoveryLimit, func(ctx context.Context) (bool, error) {
		people, err := c.FindByAddress(ctx, address)
		if err != nil {
			return true, err
		}
		for _, person := range people {
			// In other mails anyone may have written the address.
			if person.holds(address) {
				found = person
				return true, nil
			}
		}
		return false, nil
	})
	return found, err
}

func (c *Client) recoverReset(ctx context.Context, id string, since time.Time) (User, error) {
	var found User
	err := Poll(ctx, resetLimit, func(ctx context.Context) (bool, error) {
		user, err := c.User(ctx, id)
		if err != nil {
			return !IsNotFound(err), err
		}
		changed := user.ExternalUserStateChangeDateTime
		if user.ExternalUserState == nil || *user.ExternalUserState != "PendingAcceptance" || changed == nil || changed.Before(since) {
			return false, nil
		}
		found = user
		return true, nil
	})
	return found, err
}

// isInternalError reports a plain 500, which Graph answers to addresses it cannot
// handle: sending the same again leads nowhere.
func isInternalError(err error) bool {
	r, ok := RefusalOf(err)
	return ok && r.Status == http.StatusInternalServerError
}

func (c *Client) invite(ctx context.Context, invitation Invitation) (invitationAnswer, error) {
	op := operation{doing: "inviting the guest", subject: invitation.EmailAddress, needs: []string{"User.Invite.All"}}
	if invitation.ResetFor != "" {
		op.doing, op.needs = "resetting the redemption of the guest", needsWrite
	}
	info, err := invitations.NewInvitationsRequestBuilderInternal(c.path(), c.adapter).
		ToPostRequestInformation(ctx, invitationBody(invitation), nil)
	if err != nil {
		return invitationAnswer{}, describe(err, op)
	}
	var answer invitationAnswer
	if err := c.call(ctx, op, info, &answer); err != nil {
		return invitationAnswer{}, err
	}
	if answer.InvitedUser.ID == "" {
		return invitationAnswer{}, describe(&Uncertain{Err: errors.New("the answer names no user")}, op)
	}
	return answer, nil
}

func invitationBody(invitation Invitation) models.Invitationable {
	body := models.NewInvitation()
	body.SetInvitedUserEmailAddress(&invitation.EmailAddress)
	body.SetInviteRedirectUrl(&invitation.RedirectURL)
	body.SetSendInvitationMessage(&invitation.SendMessage)
	if invitation.DisplayName != "" {
		body.SetInvitedUserDisplayName(&invitation.DisplayName)
	}
	if invitation.UserType != "" {
		body.SetInvitedUserType(&invitation.UserType)
	}
	if invitation.Message != nil {
		body.SetInvitedUserMessageInfo(messageInfo(*invitation.Message))
	}
	// The form that works is a bare {"id": …}; with a type annotation Graph has refused it.
	sponsors := make([]models.DirectoryObjectable, 0, len(invitation.SponsorIDs))
	for _, id := range invitation.SponsorIDs {
		sponsor := models.NewDirectoryObject()
		sponsor.SetOdataType(nil)
		sponsor.SetId(&id)
		sponsors = append(sponsors, sponsor)
	}
	if len(sponsors) > 0 {
		body.SetInvitedUserSponsors(sponsors)
	}
	if invitation.ResetFor != "" {
		reset := true
		user := models.NewUser()
		user.SetOdataType(nil)
		user.SetId(&invitation.ResetFor)
		body.SetInvitedUser(user)
		body.SetResetRedemption(&reset)
	}
	return body
}

func messageInfo(message InvitationMessage) models.InvitedUserMessageInfoable {
	info := models.NewInvitedUserMessageInfo()
	if message.Body != "" {
		info.SetCustomizedMessageBody(&message.Body)
	}
	if message.Language != "" {
		info.SetMessageLanguage(&message.Language)
	}
	recipients := make([]models.Recipientable, 0, len(message.CCRecipients))
	for _, address := range message.CCRecipients {
		mailbox := models.NewEmailAddress()
		mailbox.SetAddress(&address)
		recipient := models.NewRecipient()
		recipient.SetEmailAddress(mailbox)
		recipients = append(recipients, recipient)
	}
	if len(recipients) > 0 {
		info.SetCcRecipients(recipients)
	}
	return info
}
