package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/cmd/internal/sandbox"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// age is how long ago those who are there were written: what is fresh costs more to read.
const age = 24 * time.Hour

// populate brings so many guests into state and directory without applying them, which would take Terraform hours: one
// is applied, with the membership, and then copied. It declares them all.
func populate(ctx context.Context, workspace *sandbox.Workspace, emulator *graphemulator.Emulator, guests int) error {
	if err := applyOne(ctx, workspace, nil); err != nil {
		return err
	}
	state, err := stateOf(workspace)
	if err != nil {
		return err
	}
	p, err := patternOf(state)
	if err != nil {
		return err
	}
	if err := applyOne(ctx, workspace, &p); err != nil {
		return err
	}
	if state, err = stateOf(workspace); err != nil {
		return err
	}
	content, err := json.Marshal(pack(p.repeat(unpack(state), guests)))
	if err == nil {
		err = os.WriteFile(stateFile(workspace), content, 0o600)
	}
	if err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	if err := declare(workspace, guests, &p); err != nil || emulator == nil {
		return err
	}
	emulator.AdvanceClock(age)

	return p.settle(emulator, guests)
}

// applyOne applies the first guest, and the membership where the pattern knows the id.
func applyOne(ctx context.Context, workspace *sandbox.Workspace, p *pattern) error {
	if err := declare(workspace, 1, p); err != nil {
		return err
	}

	return execute(ctx, workspace, apply("apply")...)
}

func stateFile(workspace *sandbox.Workspace) string {
	return filepath.Join(workspace.Folder, "terraform.tfstate")
}

func stateOf(workspace *sandbox.Workspace) (state any, err error) {
	content, err := os.ReadFile(stateFile(workspace))
	if err == nil {
		err = json.Unmarshal(content, &state)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the state: %w", err)
	}

	return state, nil
}

// settle copies the guest in the directory, and the membership.
func (p pattern) settle(emulator *graphemulator.Emulator, guests int) error {
	tenantID, groupID := emulator.Ready().Tenants[0].TenantID, groupOf(emulator)
	first, ok := emulator.User(tenantID, p.id)
	if !ok {
		return fmt.Errorf("the guest %s is not in the directory", p.id)
	}
	member := slices.Contains(emulator.Members(tenantID, groupID), p.id)
	for number := 1; number < guests; number++ {
		copied, ok := p.copy(first, number).(map[string]any)
		if !ok {
			return errors.New("a user is no JSON object")
		}
		id, err := emulator.PutUser(tenantID, copied)
		if err == nil && member {
			err = emulator.AddMember(tenantID, groupID, id)
		}
		if err != nil {
			return fmt.Errorf("copying the guest: %w", err)
		}
	}

	return nil
}

// pattern is the guest that is copied: whatever holds the key or the object id is repeated.
type pattern struct{ id string }

// patternOf finds the one guest's object id in a state, or the id of what stands for a guest in a floor.
func patternOf(state any) (pattern, error) {
	var id string
	visit(state, func(object map[string]any) {
		ids, _ := object["object_ids"].(map[string]any)
		for _, value := range []any{ids[keyOf(0)], object["object_id"], object["id"]} {
			if text, ok := value.(string); ok && id == "" && len(text) == len("00000000-0000-0000-0000-000000000000") {
				id = text
			}
		}
	})
	if id == "" {
		return pattern{}, errors.New("the state has no object id")
	}

	return pattern{id: id}, nil
}

// idOf is the object id of a guest.
func (p pattern) idOf(number int) string {
	if number == 0 {
		return p.id
	}

	return fmt.Sprintf("%s%012d", p.id[:24], number)
}

// copy returns the JSON value of another guest.
func (p pattern) copy(value any, number int) any {
	if number == 0 {
		return value
	}
	content, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	content = bytes.ReplaceAll(content, []byte(keyOf(0)), []byte(keyOf(number)))
	content = bytes.ReplaceAll(content, []byte(p.id), []byte(p.idOf(number)))
	var copied any
	if json.Unmarshal(content, &copied) != nil {
		return nil
	}

	return copied
}

// repeat returns the value with so many guests: instances with the key, and members of objects that are named by the
// key or the object id.
func (p pattern) repeat(value any, guests int) any {
	switch value := value.(type) {
	case []any:
		var all []any
		for _, element := range value {
			if object, ok := element.(map[string]any); ok && object["index_key"] == keyOf(0) {
				for number := range guests {
					all = append(all, p.copy(element, number))
				}
				continue
			}
			all = append(all, p.repeat(element, guests))
		}

		return all
	case map[string]any:
		all := map[string]any{}
		for name, member := range value {
			if name != keyOf(0) && name != p.id {
				all[name] = p.repeat(member, guests)
				continue
			}
			for number := range guests {
				pair, ok := p.copy([]any{name, member}, number).([]any)
				if ok {
					all[fmt.Sprint(pair[0])] = pair[1]
				}
			}
		}

		return all
	default:
		return value
	}
}

// visit calls what for every object in a JSON value.
func visit(value any, what func(map[string]any)) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			visit(element, what)
		}
	case map[string]any:
		what(value)
		for _, member := range value {
			visit(member, what)
		}
	}
}

// unpack opens the private data of the provider, and leaves out what Terraform has found of conditions. pack is the
// other way.
func unpack(state any) any {
	visit(state, func(object map[string]any) {
		delete(object, "check_results")
		text, _ := object["private"].(string)
		data, err := base64.StdEncoding.DecodeString(text)
		var values map[string][]byte
		if err != nil || json.Unmarshal(data, &values) != nil {
			return
		}
		private := map[string]any{}
		for key, data := range values {
			var value any
			if json.Unmarshal(data, &value) == nil {
				private[key] = value
			}
		}
		object["private"] = private
	})

	return state
}

func pack(state any) any {
	visit(state, func(object map[string]any) {
		private, ok := object["private"].(map[string]any)
		if !ok {
			return
		}
		values := map[string][]byte{}
		for key, value := range private {
			if data, err := json.Marshal(value); err == nil {
				values[key] = data
			}
		}
		if data, err := json.Marshal(values); err == nil {
			object["private"] = base64.StdEncoding.EncodeToString(data)
		}
	})

	return state
}
