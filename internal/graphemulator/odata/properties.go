package odata

// userCapabilities, a constant, is what the directory offers on users. Properties that are not
// listed cannot be filtered by. Source: Learn, "Advanced query capabilities on
// Microsoft Entra ID objects", user properties; id, deletedDateTime and
// employeeLeaveDateTime from the user resource page.
var userCapabilities = capabilities{
	"accountEnabled":               flag(byDefault, unsupported),
	"ageGroup":                     keyword(byDefault, unsupported),
	"city":                         text(byDefault, byDefault, advancedOnly),
	"companyName":                  text(advancedOnly, advancedOnly, advancedOnly),
	"consentProvidedForMinor":      keyword(byDefault, unsupported),
	"country":                      text(byDefault, byDefault, advancedOnly),
	"createdDateTime":              instant(byDefault, advancedOnly),
	"creationType":                 keyword(byDefault, unsupported),
	"deletedDateTime":              instant(advancedOnly, unsupported),
	"department":                   text(byDefault, byDefault, advancedOnly),
	"displayName":                  text(byDefault, byDefault, advancedOnly),
	"employeeHireDate":             instant(advancedOnly, unsupported),
	"employeeId":                   text(byDefault, advancedOnly, advancedOnly),
	"employeeLeaveDateTime":        instant(advancedOnly, unsupported),
	"employeeOrgData/costCenter":   keyword(advancedOnly, unsupported),
	"employeeOrgData/division":     keyword(advancedOnly, unsupported),
	"employeeType":                 text(advancedOnly, advancedOnly, unsupported),
	"externalUserState":            keyword(byDefault, unsupported),
	"faxNumber":                    text(advancedOnly, advancedOnly, advancedOnly),
	"givenName":                    text(byDefault, byDefault, advancedOnly),
	"id":                           keyword(byDefault, unsupported),
	"isResourceAccount":            flag(byDefault, unsupported),
	"jobTitle":                     text(byDefault, byDefault, advancedOnly),
	"mail":                         withEndsWith(text(byDefault, byDefault, advancedOnly)),
	"mailNickname":                 text(byDefault, byDefault, advancedOnly),
	"mobilePhone":                  text(advancedOnly, advancedOnly, advancedOnly),
	"officeLocation":               text(advancedOnly, advancedOnly, advancedOnly),
	"onPremisesImmutableId":        keyword(byDefault, unsupported),
	"onPremisesLastSyncDateTime":   instant(byDefault, unsupported),
	"onPremisesSamAccountName":     text(advancedOnly, advancedOnly, unsupported),
	"onPremisesSyncEnabled":        flag(byDefault, advancedOnly),
	"passwordPolicies":             {kind: KindString, null: advancedOnly},
	"postalCode":                   text(advancedOnly, advancedOnly, advancedOnly),
	"preferredLanguage":            text(advancedOnly, advancedOnly, advancedOnly),
	"showInAddressList":            flag(advancedOnly, unsupported),
	"state":                        text(byDefault, unsupported, advancedOnly),
	"streetAddress":                text(advancedOnly, advancedOnly, advancedOnly),
	"surname":                      text(byDefault, byDefault, advancedOnly),
	"usageLocation":                text(byDefault, byDefault, advancedOnly),
	"userPrincipalName":            withEndsWith(text(byDefault, byDefault, unsupported)),
	"userType":                     keyword(byDefault, advancedOnly),
	"onPremisesSecurityIdentifier": keyword(byDefault, advancedOnly),

	"onPremisesExtensionAttributes/extensionAttribute": keyword(advancedOnly, advancedOnly),
	"extension_": text(byDefault, advancedOnly, advancedOnly),

	"signInActivity/lastSignInDateTime":               signIn(),
	"signInActivity/lastSuccessfulSignInDateTime":     signIn(),
	"signInActivity/lastNonInteractiveSignInDateTime": signIn(),

	"assignedLicenses":               {collection: true, count: advancedOnly},
	"assignedLicenses/skuId":         member(KindGUID, byDefault, unsupported),
	"assignedPlans/capabilityStatus": member(KindString, advancedOnly, unsupported),
	"assignedPlans/service":          member(KindString, advancedOnly, advancedOnly),
	"assignedPlans/servicePlanId":    member(KindGUID, advancedOnly, unsupported),
	"businessPhones":                 member(KindString, advancedOnly, advancedOnly),
	"imAddresses":                    addresses(unsupported, unsupported),
	"otherMails":                     addresses(byDefault, advancedOnly),
	"proxyAddresses":                 addresses(unsupported, advancedOnly),

	identitiesIssuer:           {kind: KindString, collection: true, eq: byDefault, null: byDefault},
	identitiesIssuerAssignedID: {kind: KindString, collection: true, eq: byDefault, null: byDefault},
}

// groupCapabilities, a constant, is what the directory offers on groups. Source: the same page,
// group properties; createdDateTime, groupTypes and id from the group resource page.
var groupCapabilities = capabilities{
	"classification":                text(byDefault, byDefault, unsupported),
	"createdDateTime":               instant(advancedOnly, unsupported),
	"deletedDateTime":               instant(advancedOnly, unsupported),
	"description":                   text(advancedOnly, advancedOnly, advancedOnly),
	"displayName":                   text(byDefault, byDefault, advancedOnly),
	"expirationDateTime":            instant(advancedOnly, unsupported),
	"groupTypes":                    member(KindString, byDefault, unsupported),
	"id":                            keyword(byDefault, unsupported),
	"isAssignableToRole":            {kind: KindBoolean, eq: byDefault},
	"mail":                          text(byDefault, byDefault, advancedOnly),
	"mailEnabled":                   {kind: KindBoolean, eq: byDefault},
	"mailNickname":                  text(byDefault, byDefault, advancedOnly),
	"membershipRule":                {kind: KindString, eq: byDefault, startsWith: byDefault},
	"membershipRuleProcessingState": keyword(byDefault, unsupported),
	"onPremisesLastSyncDateTime":    instant(byDefault, unsupported),
	"onPremisesSamAccountName":      text(advancedOnly, advancedOnly, unsupported),
	"onPremisesSecurityIdentifier":  keyword(byDefault, advancedOnly),
	"onPremisesSyncEnabled":         flag(byDefault, advancedOnly),
	"preferredLanguage":             text(advancedOnly, advancedOnly, advancedOnly),
	"proxyAddresses":                addresses(unsupported, unsupported),
	"renewedDateTime":               instant(byDefault, unsupported),
	"securityEnabled":               flag(byDefault, unsupported),
	"uniqueName":                    text(byDefault, byDefault, unsupported),
}

const (
	identitiesIssuer           = "identities/issuer"
	identitiesIssuerAssignedID = "identities/issuerAssignedId"
)

// signIn is a time of the sign-in log, which is joined to the directory late.
func signIn() capability {
	return capability{kind: KindDateTime, eq: byDefault, order: byDefault, alone: true}
}
