package event

import (
	"bytes"
	"embed"
	"fmt"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed schemas/*.json
var schemaFiles embed.FS

// Schema returns the JSON Schema (draft 2020-12) of a type's data.
func Schema(t Type) ([]byte, error) { return schemaFiles.ReadFile("schemas/" + string(t) + ".json") }

var compiled = sync.OnceValues(func() (map[Type]*jsonschema.Schema, error) {
	out := map[Type]*jsonschema.Schema{}
	for _, t := range Types() {
		data, err := Schema(t)
		if err != nil {
			return nil, fmt.Errorf("schema of %s: %w", t, err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("schema of %s: %w", t, err)
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource(string(t), doc); err != nil {
			return nil, fmt.Errorf("schema of %s: %w", t, err)
		}
		if out[t], err = c.Compile(string(t)); err != nil {
			return nil, fmt.Errorf("schema of %s: %w", t, err)
		}
	}
	return out, nil
})

// Validate holds a payload against the schema of its type.
func Validate(t Type, data []byte) error {
	schemas, err := compiled()
	if err != nil {
		return err
	}
	s, ok := schemas[t]
	if !ok {
		return fmt.Errorf("no schema for %q", t)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("data of %s: %w", t, err)
	}
	if err := s.Validate(doc); err != nil {
		return fmt.Errorf("data of %s: %w", t, err)
	}
	return nil
}
