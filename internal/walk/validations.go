package walk

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// validations are configurations that were found valid and not planned yet. Terraform asks a
// configured provider to validate what it will ask it to plan right after, except in tests:
// before each run terraform test validates the whole module, and what a test overrides is not
// planned. Everywhere else a provider that is not configured validates a module.
type validations struct {
	// patience bounds the wait for plans that are under way; see leftover.
	patience func(size int) time.Duration

	mu      sync.Mutex
	waiting map[digest]*validation
}

// digest stands for a value of a type.
type digest [sha256.Size]byte

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

type validation struct {
	typeName string
	size     int // in bytes, in MessagePack
	// count says how often the configuration waits to be planned.
	count       int
	first, last time.Time
	// planned is closed when count falls to zero.
	planned chan struct{}
}

func newValidations(patience func(size int) time.Duration) *validations {
	return &validations{patience: patience, waiting: map[digest]*validation{}}
}

// validated notes that a configuration was found valid.
func (v *validations) validated(typeName string, config *tfprotov6.DynamicValue) {
	d := digestOf(typeName, config)
	v.mu.Lock()
	defer v.mu.Unlock()
	one := v.waiting[d]
	if one == nil {
		one = &validation{typeName: typeName, first: time.Now(), planned: make(chan struct{})}
		if config != nil {
			one.size = len(config.MsgPack)
		}
		v.waiting[d] = one
	}
	one.count, one.last = one.count+1, time.Now()
}

// planned notes that a configuration is being planned. With ignore_changes it is not the one
// that was validated: then it is taken to be that of its type that has waited longest.
func (v *validations) planned(typeName string, config *tfprotov6.DynamicValue) {
	d := digestOf(typeName, config)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.waiting[d] == nil {
		for other, one := range v.waiting {
			if one.typeName == typeName && (v.waiting[d] == nil || one.first.Before(v.waiting[d].first)) {
				d = other
			}
		}
	}
	one := v.waiting[d]
	if one == nil {
		return
	}
	if one.count--; one.count == 0 {
		delete(v.waiting, d)
		close(one.planned)
	}
}

// patience is how long a plan may take to follow the validation of so many bytes: Terraform
// works on the configuration in between, and longer on a large one.
func patience(size int) time.Duration {
	return 3*time.Second + time.Duration(size)*10*time.Microsecond
}

// leftover reports whether something was validated before the time and is not going to be
// planned: a whole module was validated.
func (v *validations) leftover(ctx context.Context, before time.Time) bool {
	began := time.Now()
	for {
		one := v.before(before)
		if one == nil {
			return false
		}
		limit := time.NewTimer(time.Until(began.Add(v.patience(one.size))))
		select {
		case <-one.planned:
			limit.Stop()
		case <-limit.C:
			return true
		case <-ctx.Done():
			limit.Stop()
			return false
		}
	}
}

// before returns the largest configuration that was last validated before the time, nil where
// there is none.
func (v *validations) before(at time.Time) *validation {
	v.mu.Lock()
	defer v.mu.Unlock()
	var largest *validation
	for _, one := range v.waiting {
		if one.last.Before(at) && (largest == nil || one.size > largest.size) {
			largest = one
		}
	}
	return largest
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
