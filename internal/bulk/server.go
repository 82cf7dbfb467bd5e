package bulk

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// NewServer returns the server of a provider whose data sources may call Deliver.
func NewServer(p provider.Provider) tfprotov6.ProviderServer {
	return server{lending{providerserver.NewProtocol6(p)()}}
}

// server is the framework's. What a provider may offer beyond ProviderServer, such as list
// resources and actions, it does not forward.
type server struct{ tfprotov6.ProviderServer }

// ReadDataSource puts what the data source has delivered into its state.
func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	var delivered freight
	resp, err := s.ProviderServer.ReadDataSource(context.WithValue(ctx, freightKey{}, &delivered), req)
	if err != nil {
		return nil, fmt.Errorf("reading the data source: %w", err)
	}
	if len(delivered.attributes) == 0 || resp.State == nil || diagnostic.FirstError(resp.Diagnostics) != nil {
		return resp, nil
	}
	state, err := delivered.into(resp.State.MsgPack)
	if err != nil {
		return nil, fmt.Errorf("completing the state of the data source: %w", err)
	}
	resp.State = &tfprotov6.DynamicValue{MsgPack: state}
	return resp, nil
}

type freightKey struct{}

// freight is what one data source has delivered.
type freight struct{ attributes map[string]Value }

var errNoFreight = errors.New("the provider is not served by this package")

// Deliver hands over attributes of the data source whose Read got the context. In the state
// that Read sets they are null.
func Deliver(ctx context.Context, attributes map[string]Value) error {
	delivered, ok := ctx.Value(freightKey{}).(*freight)
	if !ok {
		return errNoFreight
	}
	delivered.attributes = attributes
	return nil
}

// into returns the state, an object in MessagePack, with the attributes in their place.
func (f *freight) into(state []byte) ([]byte, error) {
	size := len(state)
	for _, value := range f.attributes {
		size += value.size
	}
	decoder := msgpack.NewDecoder(bytes.NewReader(state))
	out := bytes.NewBuffer(make([]byte, 0, size))
	encoder := msgpack.NewEncoder(out)
	count, err := decoder.DecodeMapLen()
	if err != nil {
		return nil, fmt.Errorf("reading the state: %w", err)
	}
	if err := encoder.EncodeMapLen(count); err != nil {
		return nil, fmt.Errorf("writing the state: %w", err)
	}
	for range count {
		name, err := decoder.DecodeString()
		if err != nil {
			return nil, fmt.Errorf("reading the state: %w", err)
		}
		raw, err := decoder.DecodeRaw()
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		write := func(*msgpack.Encoder, *bytes.Buffer) error { out.Write(raw); return nil }
		if value, ok := f.attributes[name]; ok {
			write = value.write
		}
		if err := errors.Join(encoder.EncodeString(name), write(encoder, out)); err != nil {
			return nil, fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return out.Bytes(), nil
}
