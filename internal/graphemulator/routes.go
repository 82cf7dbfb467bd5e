package graphemulator

import (
	"net/http"
	"slices"
)

func allRoutes() []route { return slices.Concat(userRoutes(), groupRoutes(), directoryRoutes()) }

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	patch  = http.MethodPatch
	remove = http.MethodDelete
)

// The tables name method, path, permissions, cost in resource units and handler of every
// operation. Where several patterns match a path, the first counts.
// Sources: permissions from the operations' pages on Learn, costs from
// https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits.

func userRoutes() []route {
	return []route{
		{method: post, pattern: "invitations", handle: createInvitation},
		{method: get, pattern: "users", permissions: mayReadBasic, units: 2, handle: listUsers},
		{method: post, pattern: "users", permissions: mayCreateUsers, handle: createUser},
		{method: get, pattern: "users/$count", permissions: mayReadBasic, handle: countUsers},
		{method: get, pattern: "users/{user}", permissions: mayReadBasic, handle: getUser},
		// The permissions of a PATCH depend on the properties in it.
		{method: patch, pattern: "users/{user}", handle: patchUser},
		{method: remove, pattern: "users/{user}", permissions: mayDeleteUsers, handle: deleteUser},
		{method: post, pattern: "users/{user}/revokeSignInSessions", permissions: mayRevoke, handle: revokeSessions},
		{method: get, pattern: "users/{user}/manager", permissions: mayReadUsers, handle: getManager},
		{method: put, pattern: "users/{user}/manager/$ref", permissions: mayWriteUsers, handle: putManager},
		{method: remove, pattern: "users/{user}/manager/$ref", permissions: mayWriteUsers, handle: deleteManager},
		{method: get, pattern: "users/{user}/sponsors", permissions: mayReadUsers, handle: listSponsors},
		{method: post, pattern: "users/{user}/sponsors/$ref", permissions: mayWriteUsers, handle: addSponsor},
		{method: remove, pattern: "users/{user}/sponsors/{object}/$ref", permissions: mayWriteUsers, handle: removeSponsor},
		// Exchange may let an application send that no token gives the permission.
		{method: post, pattern: "users/{user}/sendMail", handle: sendMail},
		{method: get, pattern: "users/{user}/authentication/temporaryAccessPassMethods", permissions: mayReadPasses, handle: listPasses},
		{method: post, pattern: "users/{user}/authentication/temporaryAccessPassMethods", permissions: mayWritePasses, handle: createPass},
		{method: get, pattern: "users/{user}/authentication/temporaryAccessPassMethods/{object}", permissions: mayReadPasses, handle: getPass},
		{method: remove, pattern: "users/{user}/authentication/temporaryAccessPassMethods/{object}", permissions: mayWritePasses, handle: deletePass},
		{method: get, pattern: "users/{user}/photo", permissions: mayReadPhotos, handle: getPhotoMetadata},
		{method: get, pattern: "users/{user}/photo/$value", permissions: mayReadPhotos, handle: getPhoto},
		{method: put, pattern: "users/{user}/photo/$value", permissions: mayWritePhotos, handle: putPhoto},
		{method: patch, pattern: "users/{user}/photo/$value", permissions: mayWritePhotos, handle: putPhoto},
		{method: remove, pattern: "users/{user}/photo/$value", permissions: mayWritePhotos, handle: deletePhoto},
		{method: get, pattern: "users/{user}/memberOf", permissions: mayReadMemberOf, units: 2, handle: listMemberOf},
		{method: get, pattern: "users/{user}/transitiveMemberOf", permissions: mayReadMemberOf, units: 2, handle: listTransitiveMemberOf},
		{method: get, pattern: "users/{user}/transitiveMemberOf/microsoft.graph.directoryRole", permissions: mayReadRoles, units: 2, handle: listRolesOf},
		{method: get, pattern: "users/{user}/memberOf/microsoft.graph.group", permissions: mayReadMemberOf, units: 2, handle: listMemberOfGroups},
		{method: get, pattern: "users/{user}/transitiveMemberOf/microsoft.graph.group", permissions: mayReadMemberOf, units: 2, handle: listMemberOfGroups},
	}
}

func groupRoutes() []route {
	return []route{
		{method: get, pattern: "groups", permissions: mayReadGroups, handle: listGroups},
		{method: post, pattern: "groups", permissions: mayWriteGroups, handle: createGroup},
		{method: get, pattern: "groups/$count", permissions: mayReadGroups, handle: countGroups},
		{method: get, pattern: "groups/{group}", permissions: mayReadGroups, handle: getGroup},
		{method: patch, pattern: "groups/{group}", permissions: mayWriteGroups, handle: patchGroup},
		{method: remove, pattern: "groups/{group}", permissions: mayWriteGroups, handle: deleteGroup},
		{method: get, pattern: "groups/{group}/members", permissions: mayReadMembers, units: 3, handle: listMembers},
		{method: get, pattern: "groups/{group}/members/$count", permissions: mayReadMembers, units: 3, handle: countMembers},
		{method: get, pattern: "groups/{group}/members/$ref", permissions: mayReadMembers, units: 3, handle: listMemberReferences},
		{method: get, pattern: "groups/{group}/members/microsoft.graph.user", permissions: mayReadMembers, units: 3, handle: listUserMembers},
		{method: get, pattern: "groups/{group}/members/microsoft.graph.group", permissions: mayReadMembers, units: 3, handle: listGroupMembers},
		{method: get, pattern: "groups/{group}/transitiveMembers", permissions: mayReadMembers, units: 5, handle: listMembers},
		{method: get, pattern: "groups/{group}/transitiveMembers/$count", permissions: mayReadMembers, units: 5, handle: countMembers},
		{method: get, pattern: "groups/{group}/transitiveMembers/microsoft.graph.user", permissions: mayReadMembers, units: 5, handle: listUserMembers},
		{method: post, pattern: "groups/{group}/members/$ref", permissions: mayWriteMembers, handle: addMember},
		{method: remove, pattern: "groups/{group}/members/{user}/$ref", permissions: mayWriteMembers, handle: removeMember},
		{method: remove, pattern: "groups/{group}/members/{user}", permissions: mayDeleteUsers, handle: deleteMember},
		{method: get, pattern: "groups/{group}/owners", permissions: mayReadMembers, handle: listOwners},
		{method: post, pattern: "groups/{group}/owners/$ref", permissions: mayWriteGroups, handle: addOwner},
		{method: remove, pattern: "groups/{group}/owners/{object}/$ref", permissions: mayWriteGroups, handle: removeOwner},
		{method: get, pattern: "groups/{group}/memberOf", permissions: mayReadMembers, units: 2, handle: listMemberOf},
	}
}

func directoryRoutes() []route {
	return []route{
		{method: post, pattern: "$batch", batch: runBatch},
		{method: get, pattern: "directory/deletedItems/microsoft.graph.user", permissions: mayReadUsers, handle: listDeletedUsers},
		{method: get, pattern: "directory/deletedItems/microsoft.graph.group", permissions: mayReadGroups, handle: listDeletedGroups},
		{method: get, pattern: "directory/deletedItems/{item}", permissions: mayReadUsers, handle: getDeleted},
		{method: remove, pattern: "directory/deletedItems/{item}", permissions: mayDeleteUsers, handle: purgeDeleted},
		{method: post, pattern: "directory/deletedItems/{item}/restore", permissions: mayDeleteUsers, handle: restoreDeleted},
		{method: get, pattern: "contacts", permissions: mayReadContacts, handle: listContacts},
		{method: post, pattern: "directoryObjects/getByIds", permissions: mayReadAnything, units: 5, handle: getByIDs},
		{method: get, pattern: "directoryObjects/{object}", permissions: mayReadAnything, handle: getDirectoryObject},
		{method: get, pattern: "servicePrincipals", permissions: mayReadApps, handle: listPrincipals},
		{method: get, pattern: "servicePrincipals/{object}", permissions: mayReadApps, handle: getPrincipal},
		{method: get, pattern: "servicePrincipals/{object}/memberOf", permissions: mayReadApps, units: 2, handle: listMemberOf},
		{method: get, pattern: "organization", permissions: mayReadTenant, handle: listOrganization},
		{method: get, pattern: "organization/{organization}", permissions: mayReadTenant, handle: getOrganization},
		{method: get, pattern: "policies/authorizationPolicy", permissions: mayReadPolicy, handle: getAuthorizationPolicy},
	}
}
