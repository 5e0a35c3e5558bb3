#!/usr/bin/env python3
"""Trains the networks print_edges and print_context of paper_print and screen_capture.

    train_print.py --train DIR [--train DIR ...] --test DIR --out pkg/photocheck/weights [--init]

The folders are made by `go run ./tools/learn/prints` (see README.md). --init writes untrained weights: the tool needs some
to run.
"""
import argparse
import copy
import csv
import os

import numpy as np
import torch
from torch import nn

SEED = 4
KINDS = ["direct", "scan", "print", "screen"]
EDGES = 92
SIDE = 128


class Edges(nn.Module):
    """Straight edges around the face, standardised in the first layer."""

    def __init__(self, n=EDGES):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n, 64), nn.ReLU(), nn.Dropout(.4), nn.Linear(64, 32), nn.ReLU(), nn.Dropout(.2), nn.Linear(32, 4))

    def forward(self, x):
        return self.net(x)


def block(a, b, stride):
    return nn.Sequential(nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU())


class Context(nn.Module):
    """What surrounds the face: 4 × 128 × 128."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            block(4, 16, 2), block(16, 32, 2), block(32, 32, 1), block(32, 48, 2), block(48, 48, 1), block(48, 64, 2), block(64, 64, 1),
            nn.Dropout2d(.1), block(64, 64, 2), nn.Flatten(), nn.Dropout(.3), nn.Linear(64 * 16, 4))

    def forward(self, x):
        return self.net(x)


def held_out(subject):
    """As testphotos.HeldOut; the folders of photos whose person is not named are held out too."""
    if not subject[:1].isdigit():
        return True
    h = 2166136261
    for b in subject.encode():
        h = (h ^ b) * 16777619 % 2**32
    return h % 3 == 0


def read(folder, name, size, train_only=False):
    with open(os.path.join(folder, "rows.tsv"), newline="", encoding="utf-8") as f:
        rows = [r for r in csv.reader(f, delimiter="\t")][1:]
    x = np.load(os.path.join(folder, name + ".npy")).reshape(len(rows), size)
    if train_only:
        keep = [i for i, r in enumerate(rows) if not held_out(r[3])]
        x, rows = x[keep], [rows[i] for i in keep]
    return x, np.array([KINDS.index(r[0]) for r in rows]), rows


def export(model, shape, path):
    """Writes ONNX that OpenCV 4.6 reads: batch normalisation folded into the convolutions."""
    model = copy.deepcopy(model).eval()
    for b in model.net:
        if isinstance(b, nn.Sequential):
            b[0] = nn.utils.fusion.fuse_conv_bn_eval(b[0], b[1])
            b[1] = nn.Identity()
            del b[1]
    torch.onnx.export(model, torch.zeros(1, *shape), path, opset_version=11, input_names=["in"], output_names=["out"])


def predict(model, x):
    model.eval()
    with torch.no_grad():
        return torch.cat([torch.softmax(model(x[i:i + 256].float()), 1) for i in range(0, len(x), 256)]).numpy()


def report(name, p, y, rows):
    score = p[:, 2] + p[:, 3]
    direct, printed, scan = score[y == 0], score[(y == 2) | (y == 3)], score[y == 1]
    from sklearn.metrics import roc_auc_score
    auc = roc_auc_score(np.r_[np.zeros(len(direct)), np.ones(len(printed))], np.r_[direct, printed])
    limit = np.quantile(direct, .97)
    strict = np.quantile(direct, .995)
    print(f"{name}: AUC {auc:.4f}; at 3 % of direct (> {limit:.3f}) {np.mean(printed > limit):.1%} of prints, "
          f"at 0.5 % (> {strict:.3f}) {np.mean(printed > strict):.1%}; scans over the latter {np.mean(scan > strict):.1%}")
    print("   kinds right:", " ".join(f"{k} {np.mean(p[y == i].argmax(1) == i):.1%}" for i, k in enumerate(KINDS)))
    for kind, e in sorted({(r[0], r[1]) for r in rows}):
        m = np.array([r[0] == kind and r[1] == e for r in rows])
        print(f"   {kind:6s} {e:16s} {m.sum():5d}  over {limit:.2f}: {np.mean(score[m] > limit):6.1%}   over {strict:.2f}: {np.mean(score[m] > strict):6.1%}")


def train(model, x, y, epochs, batch, rate, augment=None, decay=1e-3, log=None):
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    weight = torch.tensor([1., 1., 1., 1.])
    opt = torch.optim.AdamW(model.parameters(), rate, weight_decay=decay)
    steps = epochs * ((len(x) + batch - 1) // batch)
    sched = torch.optim.lr_scheduler.OneCycleLR(opt, rate, total_steps=steps)
    y = torch.tensor(y)
    for epoch in range(epochs):
        model.train()
        order = rng.permutation(len(x))
        total = 0.
        for i in range(0, len(x), batch):
            pick = torch.tensor(order[i:i + batch])
            b = x[pick].float()
            if augment is not None:
                b = augment(b, rng)
            loss = nn.functional.cross_entropy(model(b), y[pick], weight=weight, label_smoothing=.03)
            opt.zero_grad()
            loss.backward()
            opt.step()
            sched.step()
            total += float(loss) * len(pick)
        if log:
            log(epoch, total / len(x))


def augment_context(b, rng):
    """Mirrored at times, a little shifted and scaled, light and colour changed, the colours of the picture lost at times."""
    n = len(b)
    if rng.random() < .5:
        b = b.flip(3)
    theta = torch.zeros(n, 2, 3)
    s = torch.tensor(np.exp(rng.normal(0, .08, n)), dtype=torch.float32)
    a = torch.tensor(rng.normal(0, .04, n), dtype=torch.float32)
    theta[:, 0, 0], theta[:, 0, 1] = s * torch.cos(a), -s * torch.sin(a)
    theta[:, 1, 0], theta[:, 1, 1] = s * torch.sin(a), s * torch.cos(a)
    theta[:, :, 2] = torch.tensor(rng.normal(0, .03, (n, 2)), dtype=torch.float32)
    b = nn.functional.grid_sample(b, nn.functional.affine_grid(theta, list(b.shape), align_corners=False), align_corners=False)
    mask = b[:, 3:]
    gain = torch.tensor(np.exp(rng.normal(0, .2, (n, 1, 1, 1))) * np.exp(rng.normal(0, .08, (n, 3, 1, 1))), dtype=torch.float32)
    shift = torch.tensor(rng.normal(0, .12, (n, 1, 1, 1)), dtype=torch.float32)
    c = torch.clamp((b[:, :3] + 1) * gain - 1 + shift, -1, 1)
    grey = torch.tensor(rng.random((n, 1, 1, 1)) < .12, dtype=torch.float32)
    c = c * (1 - grey) + c.mean(1, keepdim=True) * grey
    c = c + torch.tensor(rng.normal(0, 1, (n, 1, 1, 1)) * .02, dtype=torch.float32) * torch.randn_like(c)
    return torch.cat([c * mask, mask], 1)


def mirror_edges(x):
    """The measures of the mirrored picture: left and right change places, what runs along top and bottom is turned round."""
    x = x.clone()
    block = 19
    left, right = x[:, :block].clone(), x[:, 2 * block:3 * block].clone()
    x[:, :block], x[:, 2 * block:3 * block] = right, left
    for o in (block, 3 * block):
        x[:, o + 1], x[:, o + 3] = x[:, o + 3].clone(), x[:, o + 1].clone()
        x[:, o + 10] = -x[:, o + 10]
        x[:, o + 12], x[:, o + 13] = -x[:, o + 13].clone(), -x[:, o + 12].clone()
    o = 4 * block
    x[:, o:o + 4] = x[:, [o + 1, o, o + 3, o + 2]]
    return x


def standardise(model, x):
    """Folds mean and standard deviation of the inputs into the first layer."""
    mean, std = x.mean(0), x.std(0) + .02
    first = model.net[0]
    with torch.no_grad():
        w = first.weight / std
        first.bias -= (w * mean).sum(1)
        first.weight.copy_(w)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--train", action="append", default=[])
    a.add_argument("--test", action="append", default=[])
    a.add_argument("--out", required=True)
    a.add_argument("--init", action="store_true")
    a.add_argument("--epochs", type=int, default=10)
    a.add_argument("--only", default="")
    o = a.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    for name, model, shape in [("print_edges", Edges(), [EDGES]), ("print_context", Context(), [4, SIDE, SIDE])]:
        if o.only and o.only != name:
            continue
        path = os.path.join(o.out, name + ".onnx")
        if o.init:  # no two alike: equal constants become Identity nodes, which OpenCV 4.6 can't read
            for p in model.parameters():
                nn.init.normal_(p, std=.05)
            export(model, shape, path)
            continue
        size = int(np.prod(shape))
        sets = [read(d, name, size, True) for d in o.train]
        x, y = np.concatenate([s[0] for s in sets]), np.concatenate([s[1] for s in sets])
        x = torch.tensor(x.astype(np.float16)).reshape(-1, *shape)
        print(f"{name}: {len(x)} to train on, {sum(p.numel() for p in model.parameters())} parameters", flush=True)
        if name == "print_edges":
            x = x.float()
            x, y = torch.cat([x, mirror_edges(x)]), np.r_[y, y]
            mean, std = x.mean(0), x.std(0) + .02
            train(model, (x - mean) / std, y, 20, 64, 3e-3, augment=lambda b, rng: b + .3 * torch.randn_like(b), decay=.05)
            standardise(model, x)
        else:
            train(model, x, y, o.epochs, 64, 4e-3, augment=augment_context,
                  log=lambda e, l: print(f"  epoch {e + 1}: {l:.4f}", flush=True))
        export(model, shape, path)
        for d in o.test:
            tx, ty, rows = read(d, name, size)
            report(f"{name} on {os.path.basename(d)}", predict(model, torch.tensor(tx).reshape(-1, *shape)), ty, rows)


if __name__ == "__main__":
    main()
