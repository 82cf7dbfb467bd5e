package walk

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// validations are configurations that were found valid and not planned yet. Terraform plans
// right after it has validated, with one exception: before each run of terraform test it
// validates the whole module with the provider that will plan it. Everywhere else that is
// done by a provider that is not configured.
type validations struct {
	mu      sync.Mutex
	waiting map[digest]*validation
}

// digest stands for a value of a type.
type digest [sha256.Size]byte

type validation struct {
	count int
	last  time.Time
	// planned is closed when count falls to zero.
	planned chan struct{}
}

func newValidations() *validations { return &validations{waiting: map[digest]*validation{}} }

func digestOf(typeName string, value *tfprotov6.DynamicValue) (d digest) {
	hash := sha256.New()
	hash.Write([]byte(typeName))
	hash.Write([]byte{0})
	if value != nil {
		hash.Write(value.MsgPack)
		hash.Write(value.JSON)
	}
	hash.Sum(d[:0])
	return d
}

// validated notes that a configuration was found valid.
func (v *validations) validated(d digest) {
	v.mu.Lock()
	defer v.mu.Unlock()
	one := v.waiting[d]
	if one == nil {
		one = &validation{planned: make(chan struct{})}
		v.waiting[d] = one
	}
	one.count, one.last = one.count+1, time.Now()
}

// planned notes that a configuration is being planned.
func (v *validations) planned(d digest) {
	v.mu.Lock()
	defer v.mu.Unlock()
	one := v.waiting[d]
	if one == nil {
		return
	}
	if one.count--; one.count == 0 {
		delete(v.waiting, d)
		close(one.planned)
	}
}

// patience bounds the wait for plans that are under way: between the answer to a validation
// and the plan Terraform works on one configuration, which takes it milliseconds.
const patience = 3 * time.Second

// leftover reports whether something was validated before the time and is not going to be
// planned: a whole module was validated.
func (v *validations) leftover(ctx context.Context, before time.Time) bool {
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		oldest := v.oldest(before)
		if oldest == nil {
			return false
		}
		select {
		case <-oldest:
		case <-limit.C:
			return true
		case <-ctx.Done():
			return false
		}
	}
}

// oldest returns what closes when the oldest configuration that was last validated before
// the time has been planned, nil where there is none.
func (v *validations) oldest(before time.Time) <-chan struct{} {
	v.mu.Lock()
	defer v.mu.Unlock()
	var oldest *validation
	for _, one := range v.waiting {
		if one.last.Before(before) && (oldest == nil || one.last.Before(oldest.last)) {
			oldest = one
		}
	}
	if oldest == nil {
		return nil
	}
	return oldest.planned
}

// any reports whether something was validated and is not planned yet.
func (v *validations) any() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.waiting) > 0
}

// forget forgets everything.
func (v *validations) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, one := range v.waiting {
		close(one.planned)
	}
	clear(v.waiting)
}
