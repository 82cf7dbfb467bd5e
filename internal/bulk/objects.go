package bulk

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5"
)

// Value is the value of an attribute.
type Value struct {
	// size is how many bytes it takes, or somewhat more.
	size  int
	write func(encoder *msgpack.Encoder, out *bytes.Buffer) error
}

// Objects are objects of one type in MessagePack. Values made of them share them, and are
// to be made when all are there.
type Objects struct {
	kind    tftypes.Object
	encoded []byte
	// ends is where each ends.
	ends []int
}

// NewObjects returns no objects yet.
func NewObjects(kind tftypes.Object) *Objects { return &Objects{kind: kind} }

// Add adds an object, given by its attributes.
func (o *Objects) Add(attributes map[string]tftypes.Value) error {
	if err := tftypes.ValidateValue(o.kind, attributes); err != nil {
		return fmt.Errorf("an object does not fit: %w", err)
	}
	one, err := tfprotov6.NewDynamicValue(o.kind, tftypes.NewValue(o.kind, attributes))
	if err != nil {
		return fmt.Errorf("writing an object: %w", err)
	}
	o.encoded = append(o.encoded, one.MsgPack...)
	o.ends = append(o.ends, len(o.encoded))
	return nil
}

// header is the most that the length of a list, a map or a text takes.
const header = 5

// List is the list of the objects.
func (o *Objects) List() Value {
	return Value{size: header + len(o.encoded), write: func(encoder *msgpack.Encoder, out *bytes.Buffer) error {
		if err := encoder.EncodeArrayLen(len(o.ends)); err != nil {
			return fmt.Errorf("writing the list: %w", err)
		}
		out.Write(o.encoded)
		return nil
	}}
}

var errKeys = errors.New("there are not as many keys as objects")

// Map is the map of the objects, each under the key in its place.
func (o *Objects) Map(keys []string) Value {
	size := header + len(o.encoded)
	for _, key := range keys {
		size += header + len(key)
	}
	return Value{size: size, write: func(encoder *msgpack.Encoder, out *bytes.Buffer) error {
		if len(keys) != len(o.ends) {
			return errKeys
		}
		if err := encoder.EncodeMapLen(len(keys)); err != nil {
			return fmt.Errorf("writing the map: %w", err)
		}
		begin := 0
		for i, end := range o.ends {
			if err := encoder.EncodeString(keys[i]); err != nil {
				return fmt.Errorf("writing a key: %w", err)
			}
			out.Write(o.encoded[begin:end])
			begin = end
		}
		return nil
	}}
}
