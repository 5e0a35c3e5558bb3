package photocheck

import (
	"context"
	"embed"
	"fmt"
	"slices"

	"gocv.io/x/gocv"

	"prportal.example/pkg/photocheck/header"
)

// weights holds the networks that were trained here: NAME.onnx with NAME.md, the report of its training.
//
//go:embed weights
var weights embed.FS

// learnedPart is one network of our own. What it is trained on comes from the same input function that it is run on, by
// LearnedInputs: what the two see can't drift apart.
type learnedPart struct {
	name string
	// shape is that of one input, without the batch: channels, rows, columns; or one number.
	shape []int
	// input reads what the network looks at from a frame that has a face; false if there is nothing to look at. It may give several
	// inputs one after another, always as many: they are run as one batch.
	input func(*Frame) ([]float32, bool)
}

// learnedParts lists them.
var learnedParts = []learnedPart{
	{"mouth", []int{3, mouthSide, mouthSide}, mouthInput},
	{"eyes", []int{3, eyeRows, eyeCols}, eyesInput},
	{"print_edges", []int{paperValues}, paperEdgesInput},
	{"print_context", []int{4, contextSide, contextSide}, contextInput},
}

func (p learnedPart) values() int {
	n := 1
	for _, s := range p.shape {
		n *= s
	}
	return n
}

// networks are the loaded parts by name.
type networks map[string]*network

type network struct {
	part learnedPart
	net  gocv.Net
}

func openNetworks() (networks, error) {
	out := networks{}
	for _, p := range learnedParts {
		data, err := weights.ReadFile("weights/" + p.name + ".onnx")
		if err != nil {
			out.close()
			return nil, fmt.Errorf("photocheck: weights of %s: %w", p.name, err)
		}
		net, err := gocv.ReadNetFromONNXBytes(data)
		if err != nil || net.Empty() {
			out.close()
			return nil, fmt.Errorf("photocheck: weights of %s can't be read (%w)", p.name, err)
		}
		out[p.name] = &network{p, net}
	}
	return out, nil
}

func (n networks) close() {
	for _, one := range n {
		one.net.Close()
	}
}

// run gives the outputs of a part for a frame with a face, input by input; false if there was nothing to look at.
func (n networks) run(name string, f *Frame) ([]float32, bool, error) {
	one, ok := n[name]
	if !ok {
		return nil, false, fmt.Errorf("learned part %q is not in the table", name)
	}
	in, ok := one.part.input(f)
	if !ok {
		return nil, false, nil
	}
	batch := len(in) / one.part.values()
	if batch == 0 || len(in)%one.part.values() != 0 {
		return nil, false, fmt.Errorf("learned part %q: input of %d values, want %d", name, len(in), one.part.values())
	}
	blob := gocv.NewMatWithSizes(append([]int{batch}, one.part.shape...), gocv.MatTypeCV32F)
	defer blob.Close()
	to, err := blob.DataPtrFloat32()
	if err != nil {
		return nil, false, fmt.Errorf("learned part %q: %w", name, err)
	}
	copy(to, in)
	one.net.SetInput(blob, "")
	result := one.net.Forward("")
	defer result.Close()
	values, err := result.DataPtrFloat32()
	if err != nil {
		return nil, false, fmt.Errorf("learned part %q: %w", name, err)
	}
	return slices.Clone(values), true, nil
}

// LearnedInput is what one network would look at.
type LearnedInput struct {
	// Shape is that of one input, or begins with their number where there are several.
	Shape  []int
	Values []float32
}

// LearnedInputs returns what the named networks of our own would look at in a photo, or all of them when none is named; nothing
// for a photo without a face. It is for training.
func (in *Inspector) LearnedInputs(ctx context.Context, data []byte, names ...string) (map[string]LearnedInput, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("photocheck: %w", err)
	}
	h, err := header.Admit(data, in.limits)
	if err != nil {
		return nil, fmt.Errorf("photocheck: %w", err)
	}
	f, err := newFrame(data, h, in.find, in.rules.Frame(), wanted{})
	if err != nil {
		return nil, fmt.Errorf("photocheck: %w", err)
	}
	defer f.close()
	out := map[string]LearnedInput{}
	if f.face == nil {
		return out, nil
	}
	for _, p := range learnedParts {
		if len(names) > 0 && !slices.Contains(names, p.name) {
			continue
		}
		if v, ok := p.input(f); ok {
			shape := p.shape
			if n := len(v) / p.values(); n > 1 {
				shape = append([]int{n}, shape...)
			}
			out[p.name] = LearnedInput{Shape: shape, Values: v}
		}
	}
	return out, nil
}
