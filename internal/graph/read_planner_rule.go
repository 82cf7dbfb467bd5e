package graph

// worthListing decides whether a list is read now instead of going on with single reads:
// once these would have cost more than the list does. spent is what single reads have
// cost so far, next what the present ones would, list what the list does, in requests on
// the wire.
//
// Whatever comes, the total is then at most twice that of the better way, plus the
// eagerReads requests that are sent before anything is known: single reads never cost
// more than the list, and where it is bought they would have. How long a list is rides
// along with single reads as soon as there are some to ride with.
func worthListing(spent, next, list float64) bool { return spent+next > list }

// maxListPages bounds the lists that are read, because they are kept in memory.
const maxListPages = 64

// pagesOf returns how many requests a list of so many objects takes.
func pagesOf(objects int) float64 { return float64(max(1, (objects+pageSize-1)/pageSize)) }

// filtersFor returns how many filters of object ids so many reads take.
func filtersFor(reads int) int { return (reads + maxClauses - 1) / maxClauses }

// postsFor returns how many batches so many requests take.
func postsFor(requests int) int { return (requests + maxBatch - 1) / maxBatch }

// costs returns what a read of each kind costs when so many are sent together, in requests
// on the wire: its share of a request, and that one's share of the batches.
func costs(reads map[string]int, requests func(kind string, reads int) int) map[string]float64 {
	total := 0
	for kind, n := range reads {
		total += requests(kind, n)
	}
	each := map[string]float64{}
	for kind, n := range reads {
		each[kind] = float64(postsFor(total)) / float64(total) * float64(requests(kind, n)) / float64(n)
	}
	return each
}

// rides reports whether there is room for more requests in the last of the batches.
func rides(requests, more int) bool {
	return requests > 0 && postsFor(requests) == postsFor(requests+more)
}
