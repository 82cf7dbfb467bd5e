package graph

// worthListing decides whether a list is read now instead of going on with single reads:
// once these would have cost more than the list does. spent is what single reads have
// cost so far, next what the present ones would, list what the list does, in requests on
// the wire.
//
// Whatever comes, the total is then at most twice that of the better way: single reads
// never cost more than the list, and where it is bought they would have.
func worthListing(spent, next, list float64) bool { return spent+next > list }

// pagesOf returns how many requests a list of so many objects takes.
func pagesOf(objects int) float64 { return float64(max(1, (objects+pageSize-1)/pageSize)) }

// requestsFor returns how many batches so many single reads take: 20 reads by object id
// in one, or 20 filters of 15 ids each where there are more.
func requestsFor(reads int) float64 {
	if reads > maxBatch {
		reads = (reads + maxClauses - 1) / maxClauses
	}
	return float64((reads + maxBatch - 1) / maxBatch)
}
