package graph

import (
	"context"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

// User is a user as Graph answers it; nil means null. The JSON names are Graph's.
// Source: https://learn.microsoft.com/graph/api/resources/user.
type User struct {
	ID                string `json:"id"`
	UserPrincipalName string `json:"userPrincipalName"`

	DisplayName       *string  `json:"displayName"`
	Mail              *string  `json:"mail"`
	OtherMails        []string `json:"otherMails"`
	ProxyAddresses    []string `json:"proxyAddresses"`
	GivenName         *string  `json:"givenName"`
	Surname           *string  `json:"surname"`
	JobTitle          *string  `json:"jobTitle"`
	Department        *string  `json:"department"`
	CompanyName       *string  `json:"companyName"`
	EmployeeID        *string  `json:"employeeId"`
	EmployeeType      *string  `json:"employeeType"`
	MobilePhone       *string  `json:"mobilePhone"`
	BusinessPhones    []string `json:"businessPhones"`
	OfficeLocation    *string  `json:"officeLocation"`
	StreetAddress     *string  `json:"streetAddress"`
	City              *string  `json:"city"`
	State             *string  `json:"state"`
	PostalCode        *string  `json:"postalCode"`
	Country           *string  `json:"country"`
	UsageLocation     *string  `json:"usageLocation"`
	PreferredLanguage *string  `json:"preferredLanguage"`

	EmployeeOrgData       *OrgData           `json:"employeeOrgData"`
	EmployeeLeaveDateTime *time.Time         `json:"employeeLeaveDateTime"`
	ExtensionAttributes   map[string]*string `json:"onPremisesExtensionAttributes"`

	AccountEnabled        *bool   `json:"accountEnabled"`
	UserType              *string `json:"userType"`
	CreationType          *string `json:"creationType"`
	OnPremisesSyncEnabled *bool   `json:"onPremisesSyncEnabled"`

	CreatedDateTime                 *time.Time `json:"createdDateTime"`
	DeletedDateTime                 *time.Time `json:"deletedDateTime"`
	ExternalUserState               *string    `json:"externalUserState"`
	ExternalUserStateChangeDateTime *time.Time `json:"externalUserStateChangeDateTime"`

	// These are read only where they are asked for.
	MailNickname            *string                  `json:"mailNickname"`
	LicenseAssignmentStates []LicenseAssignmentState `json:"licenseAssignmentStates"`
	SignInActivity          *SignInActivity          `json:"signInActivity"`
}

// LicenseAssignmentState is a licence of a user: by which group, "" when assigned
// directly, and what came of it.
// Source: https://learn.microsoft.com/graph/api/resources/licenseassignmentstate.
type LicenseAssignmentState struct {
	SkuID           string `json:"skuId"`
	AssignedByGroup string `json:"assignedByGroup"`
	// State is Active, ActiveWithError, Disabled or Error.
	State string `json:"state"`
	// Error is None, or the reason, such as CountViolation.
	Error string `json:"error"`
}

// SignInActivity is when a user signed in; nil means never, or not recorded.
// Source: https://learn.microsoft.com/graph/api/resources/signinactivity.
type SignInActivity struct {
	LastSignInDateTime               *time.Time `json:"lastSignInDateTime"`
	LastNonInteractiveSignInDateTime *time.Time `json:"lastNonInteractiveSignInDateTime"`
	LastSuccessfulSignInDateTime     *time.Time `json:"lastSuccessfulSignInDateTime"`
}

// OrgData is a user's place in the organisation.
type OrgData struct {
	CostCenter *string `json:"costCenter"`
	Division   *string `json:"division"`
}

// Property is the Graph name of a user property that can be written.
type Property string

// The properties that need more than their name.
const (
	// EmployeeLeaveDateTime can be read with User-LifeCycleInfo.Read.All only.
	EmployeeLeaveDateTime Property = "employeeLeaveDateTime"
	// EmployeeOrgData is written whole: a member left out becomes null.
	EmployeeOrgData Property = "employeeOrgData"
	// ExtensionAttributes are extensionAttribute1 to extensionAttribute15.
	ExtensionAttributes Property = "onPremisesExtensionAttributes"
	AccountEnabled      Property = "accountEnabled"
	DisplayName         Property = "displayName"
	UserType            Property = "userType"
	UserPrincipalName   Property = "userPrincipalName"
	MailNickname        Property = "mailNickname"
	OtherMails          Property = "otherMails"
	// LicenseAssignments tells a licence by group from one assigned directly.
	LicenseAssignments Property = "licenseAssignmentStates"
	// SignIns can be read with AuditLog.Read.All only, in pages of 500, ten times a minute.
	SignIns Property = "signInActivity"
)

// Changes are the properties one PATCH sets: a string, bool, []string, time.Time,
// OrgData or map[string]*string by property; nil clears. What is absent stays.
type Changes map[Property]any

// userProperties is what every read of a user asks for.
var userProperties = []string{
	"id", "userPrincipalName", "displayName", "mail", "otherMails", "proxyAddresses",
	"givenName", "surname", "jobTitle", "department", "companyName", "employeeId", "employeeType",
	"mobilePhone", "businessPhones", "officeLocation", "streetAddress", "city", "state", "postalCode",
	"country", "usageLocation", "preferredLanguage", "employeeOrgData", "onPremisesExtensionAttributes",
	"accountEnabled", "userType", "creationType", "onPremisesSyncEnabled",
	"createdDateTime", "externalUserState", "externalUserStateChangeDateTime",
}

// Permissions named when Graph refuses.
var (
	needsRead   = []string{"User.Read.All"}
	needsWrite  = []string{"User.ReadWrite.All"}
	needsDelete = []string{"User.DeleteRestore.All"}
)

// User returns the user with the given object id or user principal name, with the
// named properties beyond those always read. Where the context is Refreshing, concurrent
// callers share requests and lists.
func (c *Client) User(ctx context.Context, id string, extra ...Property) (User, error) {
	v := usualView
	if len(extra) > 0 {
		v = profileView(extra)
	}
	if c.refreshes(ctx) && isObjectID(id) {
		found, err := c.reads.read(ctx, v, id)
		return found.user, err
	}
	return c.readUser(ctx, v, id)
}

// readUser reads a user with a request of its own.
func (c *Client) readUser(ctx context.Context, v *view, id string) (User, error) {
	op := v.operation(id)
	info, err := users.NewUserItemRequestBuilderInternal(c.path("user%2Did", id), c.adapter).
		ToGetRequestInformation(ctx, &users.UserItemRequestBuilderGetRequestConfiguration{
			QueryParameters: &users.UserItemRequestBuilderGetQueryParameters{Select: v.properties},
		})
	if err != nil {
		return User{}, describe(err, op)
	}
	var user User
	err = c.call(ctx, op, info, &user)
	return user, err
}

// UpdateUser changes a user with one PATCH. Where writtenAt, on Graph's clock, is a moment
// ago, replicas that do not know the user yet are waited for. Many concurrent callers share
// requests, 20 changes in one.
func (c *Client) UpdateUser(ctx context.Context, id string, changes Changes, writtenAt time.Time) error {
	op := operation{doing: "updating the user", subject: id, needs: needsFor(changes)}
	change := func(ctx context.Context) error {
		info, err := users.NewUserItemRequestBuilderInternal(c.path("user%2Did", id), c.adapter).
			ToPatchRequestInformation(ctx, userBody(changes), nil)
		if err != nil {
			return describe(err, op)
		}
		return c.share(ctx, &c.writes.changes, op, writtenAt, write{info: info})
	}
	return c.settle(ctx, writtenAt, change)
}

// userBody builds the PATCH body. The SDK's typed setters cannot say null, so the
// values travel as additional data, whose names the emulator checks against the model.
func userBody(changes Changes) models.Userable {
	values := make(map[string]any, len(changes))
	for property, value := range changes {
		switch value := value.(type) {
		case OrgData:
			data := models.NewEmployeeOrgData()
			data.SetAdditionalData(map[string]any{"costCenter": orNull(value.CostCenter), "division": orNull(value.Division)})
			values[string(property)] = data
		case map[string]*string:
			attributes := models.NewOnPremisesExtensionAttributes()
			members := make(map[string]any, len(value))
			for name, text := range value {
				members[name] = orNull(text)
			}
			attributes.SetAdditionalData(members)
			values[string(property)] = attributes
		default:
			values[string(property)] = value
		}
	}
	body := models.NewUser()
	body.SetOdataType(nil)
	body.SetAdditionalData(values)
	return body
}

func orNull(text *string) any {
	if text == nil {
		return nil
	}
	return *text
}

// needsFor names the least permissions of a PATCH.
// Source: https://learn.microsoft.com/graph/api/user-update#permissions.
func needsFor(changes Changes) []string {
	_, leave := changes[EmployeeLeaveDateTime]
	_, enabled := changes[AccountEnabled]
	switch {
	case leave && len(changes) == 1:
		return []string{"User.Read.All", "User-LifeCycleInfo.ReadWrite.All"}
	case leave:
		return []string{"User.ReadWrite.All", "User-LifeCycleInfo.ReadWrite.All"}
	case enabled && len(changes) == 1:
		return []string{"User.EnableDisableAccount.All", "User.Read.All"}
	default:
		return needsWrite
	}
}

// DeleteUser moves a user to the deleted items. A user who is not there any more is no
// error; for one written a moment ago, as writtenAt tells on Graph's clock, that has to
// be confirmed first. Many concurrent callers share requests, 20 deletions in one.
func (c *Client) DeleteUser(ctx context.Context, id string, writtenAt time.Time) error {
	op := operation{doing: "deleting the user", subject: id, needs: needsDelete}
	remove := func(ctx context.Context) error {
		info, err := users.NewUserItemRequestBuilderInternal(c.path("user%2Did", id), c.adapter).
			ToDeleteRequestInformation(ctx, nil)
		if err != nil {
			return describe(err, op)
		}
		return c.share(ctx, &c.writes.deletions, op, writtenAt, write{info: info})
	}
	err := remove(ctx)
	if !IsNotFound(err) {
		return err
	}
	if !c.Fresh(writtenAt) {
		return c.IfPresent(ctx, id, writtenAt, err, remove)
	}
	// A replica that has not heard of the user yet answers like one that has lost it.
	err = Poll(ctx, settleLimit, func(ctx context.Context) (bool, error) {
		if _, lookErr := c.DeletedUser(ctx, id); lookErr == nil {
			return true, nil
		}
		err := remove(ctx)
		return !IsNotFound(err), err
	})
	if IsNotFound(err) {
		return nil
	}
	return err
}
