#!/usr/bin/python3
"""Trains the networks for covered mouths ("mouth") and for closed or covered eyes ("eyes") on what tools/learn wrote.

    tools/learn/train_features.py PART TRAIN HELD OUT [--epochs N] [--seed N] [--also DIR ...]

TRAIN and HELD are folders of painted portraits (TRAIN may be several, comma-separated), of people to train on and of people kept for measuring; --also are folders of real
photos, which are only measured. OUT gets PART.onnx and PART.md. The convolutions carry their normalisation: the network is Conv, Relu,
MaxPool, Gemm and Sigmoid only, which OpenCV 4.6 reads.
"""
import argparse
import csv
import hashlib
import os
import random
import sys

import cv2
import numpy as np
import torch
from torch import nn

OPEN, CLOSED, COVERED = 0, 1, 2


def load(folders, part):
    """The inputs of one or more folders (comma-separated), one an eye or one a mouth, their labels, and the rows that they come from."""
    parts = [load_one(f, part) for f in folders.split(",")]
    return torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts]), [r for p in parts for r in p[2]]


def load_one(folder, part):
    x = np.load(os.path.join(folder, part + ".npy"))
    with open(os.path.join(folder, "rows.tsv"), encoding="utf-8") as f:
        rows = list(csv.DictReader(f, delimiter="\t"))
    if len(rows) != len(x):
        sys.exit(f"{folder}: {len(x)} inputs for {len(rows)} rows")
    names = ["mouth"] if part == "mouth" else ["left", "right"]
    state = np.array([[int(r[n]) for n in names] for r in rows])
    return torch.from_numpy(x.reshape(-1, *x.shape[-3:])), torch.from_numpy(state.reshape(-1)), rows


def targets(part, state):
    """What each output should say, and 0 where it is not asked: shut eyes are asked of no covered one, unknown ones of neither."""
    if part == "mouth":
        return (state == COVERED).float()[:, None], (state >= 0).float()[:, None]
    want = torch.stack([(state == CLOSED), (state == COVERED)], 1).float()
    asked = torch.stack([(state == OPEN) | (state == CLOSED), torch.ones_like(state, dtype=torch.bool)], 1).float()
    return want, asked


def block(i, o, kernel=3, stride=1):
    return [nn.Conv2d(i, o, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(o), nn.ReLU()]


def network(part):
    a, b, c, d = (16, 24, 32, 48) if part == "mouth" else (12, 20, 28, 40)
    outputs, cells = (1, 16) if part == "mouth" else (2, 12)
    return nn.Sequential(*block(3, a, 5, 2), *block(a, b), nn.MaxPool2d(2), *block(b, c), nn.MaxPool2d(2), *block(c, d), nn.MaxPool2d(2),
                         nn.Flatten(), nn.Dropout(.4), nn.Linear(d * cells, outputs))


def shaken(x, part):
    """Other cameras, other light, pupils found a little beside: a copy of a batch in which no two are treated alike."""
    n, _, h, w = x.shape
    x = x + .5
    one = lambda low, high, c=1: low + (high - low) * torch.rand(n, c, 1, 1)
    grey = (x * torch.tensor([.299, .587, .114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
    colour = torch.where(torch.rand(n, 1, 1, 1) < .15, torch.zeros(n, 1, 1, 1), one(.5, 1.4))
    x = grey + (x - grey) * colour
    x = x * one(.85, 1.15, 3) * one(.8, 1.2)
    x = x.clamp(min=1e-3) ** one(.75, 1.3)
    soft = nn.functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
    x = torch.where(torch.rand(n, 1, 1, 1) < .3, x + one(-.6, 1) * (soft - x), x)
    if part == "eyes":  # what coated lenses mirror, faces that the light burns out, and webcams that sharpen what they never saw
        for rows, columns, share in ((4, 5, .25), (7, 9, .25)):
            veil = nn.functional.interpolate(torch.randn(n, 1, rows, columns), (h, w), mode="bicubic", align_corners=False).clamp(0, 1)
            x = torch.where(torch.rand(n, 1, 1, 1) < share, x + veil * torch.rand(n, 3, 1, 1) * one(.1, .8), x)
        x = torch.where(torch.rand(n, 1, 1, 1) < .2, (x * one(1, 1.7)).clamp(max=1.04), x)
        small = nn.functional.interpolate(nn.functional.interpolate(x, scale_factor=.5, mode="area"), (h, w), mode="bicubic", align_corners=False)
        soft = nn.functional.avg_pool2d(small, 5, 1, 2, count_include_pad=False)
        x = torch.where(torch.rand(n, 1, 1, 1) < .25, small + one(0, 1.5) * (small - soft), x)
    x = x + torch.randn(n, 3, h, w) * one(0, .03)
    reach = .06 if part == "mouth" else .08
    turn, zoom = (torch.rand(n) - .5) * .2, 1 + (torch.rand(n) - .5) * .16
    move = (torch.rand(n, 2) - .5) * 2 * reach
    flip = torch.where(torch.rand(n) < .5, -1., 1.) if part == "mouth" else torch.ones(n)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = flip * zoom * torch.cos(turn), -zoom * torch.sin(turn) * h / w
    theta[:, 1, 0], theta[:, 1, 1] = zoom * torch.sin(turn) * w / h, zoom * torch.cos(turn)
    theta[:, :, 2] = move
    grid = nn.functional.affine_grid(theta, list(x.shape), align_corners=False)
    return nn.functional.grid_sample(x, grid, padding_mode="border", align_corners=False) - .5


def blended(x, state):
    """Some inputs averaged with another of the same label: faces lie so alike on the common scale that this makes new people."""
    partner = torch.empty(len(x), dtype=torch.long)
    for s in state.unique():
        of = (state == s).nonzero()[:, 0]
        partner[of] = of[torch.randperm(len(of))]
    k = torch.where(torch.rand(len(x)) < .25, .3 + .4 * torch.rand(len(x)), torch.ones(len(x))).view(-1, 1, 1, 1)
    return k * x + (1 - k) * x[partner]


def train(part, x, state, epochs):
    want, asked = targets(part, state)
    net = network(part)
    opt = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-2)
    batch = 64
    steps = epochs * (len(x) // batch)
    plan = torch.optim.lr_scheduler.OneCycleLR(opt, 3e-3, total_steps=steps)
    share = (want * asked).sum(0) / asked.sum(0)
    weight = ((1 - share) / share).sqrt()
    for epoch in range(epochs):
        net.train()
        order, total = torch.randperm(len(x)), 0.
        for i in range(len(x) // batch):
            pick = order[i * batch:(i + 1) * batch]
            out = net(shaken(blended(x[pick], state[pick]), part))
            loss = nn.functional.binary_cross_entropy_with_logits(out, want[pick] * .98 + .01, asked[pick], pos_weight=weight)
            opt.zero_grad()
            loss.backward()
            opt.step()
            plan.step()
            total += loss.item()
        print(f"epoch {epoch + 1}: {total / (len(x) // batch):.4f}", flush=True)
    return net.eval()


def scores(net, x):
    """What OpenCV makes of the network, as the checks run it."""
    out = []
    for one in x.numpy():
        net.setInput(one[None])
        out.append(net.forward()[0].copy())
    return torch.from_numpy(np.array(out))


def painted_results(part, net, folder):
    """Per effect, how often each output is beyond one half; for pictures that show nothing else of the kind."""
    x, state, rows = load(folder, part)
    got = scores(net, x)
    eyes = 1 if part == "mouth" else 2
    lines = []
    for k, (name, positive) in enumerate([("covered", COVERED)] if part == "mouth" else [("closed", CLOSED), ("covered", COVERED)]):
        want, asked = targets(part, state)
        yes, no = got[(want[:, k] == 1) & (asked[:, k] == 1), k], got[(want[:, k] == 0) & (asked[:, k] == 1), k]
        lines.append(f"\n**{name}**: {int((yes > .5).sum())} of {len(yes)} told, {int((no > .5).sum())} of {len(no)} wrongly; "
                     f"beyond .9: {int((yes > .9).sum())} and {int((no > .9).sum())}.\n\n| painted | {name} > .5 | > .9 | of |\n|---|---|---|---|\n")
        effects = sorted({e for r in rows for e in r["effects"].split("+")})
        for effect in effects:
            of = [i * eyes + j for i, r in enumerate(rows) for j in range(eyes) if effect in r["effects"].split("+")]
            is_it = [i for i in of if asked[i, k] == 1 and want[i, k] == 1]
            is_not = [i for i in of if asked[i, k] == 1 and want[i, k] == 0]
            for kind, of in (("is", is_it), ("is not", is_not)):
                if of:
                    lines.append(f"| {effect or 'nothing'}, {kind} {name} | {int((got[of, k] > .5).sum())} | {int((got[of, k] > .9).sum())} | {len(of)} |\n")
    return "".join(lines)


def real_results(part, net, folder):
    """The scores of real photos by label."""
    x, _, rows = load(folder, part)
    got = scores(net, x).numpy().reshape(len(rows), -1, 1 if part == "mouth" else 2)
    out = [f"\n| {os.path.basename(os.path.normpath(folder))} | photos | " + " | ".join(f"{n} > .5 | > .9 | highest" for n in (["covered"] if part == "mouth" else ["closed", "covered"])) + " |\n"]
    out.append("|---" * (2 + 3 * got.shape[2]) + "|\n")
    for label in sorted({r["label"] for r in rows}):
        of = got[[i for i, r in enumerate(rows) if r["label"] == label]].max(1)
        out.append(f"| {label} | {len(of)} | " + " | ".join(f"{(of[:, k] > .5).sum()} | {(of[:, k] > .9).sum()} | {of[:, k].max():.3f}" for k in range(of.shape[1])) + " |\n")
    return "".join(out)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("part", choices=["mouth", "eyes"])
    p.add_argument("train")
    p.add_argument("held")
    p.add_argument("out")
    p.add_argument("--epochs", type=int, default=30)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--also", nargs="*", default=[])
    p.add_argument("--measure", action="store_true", help="write the report on a network that is there, without training")
    a = p.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    random.seed(a.seed)
    np.random.seed(a.seed)
    torch.manual_seed(a.seed)
    x, state, rows = load(a.train, a.part)
    people = {r["subject"] for r in rows}
    if people & {r["subject"] for r in load(a.held, a.part)[2]}:
        sys.exit("the people of the two folders overlap")
    print(f"{len(x)} inputs of {len(people)} people")
    to = os.path.join(a.out, a.part + ".onnx")
    if not a.measure:
        trained = nn.Sequential(train(a.part, x, state, a.epochs), nn.Sigmoid())
        torch.onnx.export(trained, x[:1 if a.part == "mouth" else 2], to, opset_version=11, input_names=["in"], output_names=["out"])
    cv2.setNumThreads(1)
    net = cv2.dnn.readNetFromONNX(to)
    with open(to, "rb") as f:
        digest = hashlib.sha256(f.read()).hexdigest()
    with open(os.path.join(a.out, a.part + ".md"), "w", encoding="utf-8") as f:
        f.write(f"""# {a.part}.onnx

Trained on {len(rows)} painted portraits of {len(people)} people of the London and Canada sets (Face Research Lab London Set, figshare 5047666, and
figshare 4220517, DeBruine and Jones, CC-BY-4.0), painted by internal/simulate/occlusion; epochs {a.epochs}, seed {a.seed}; torch {torch.__version__}.
The commands are in tools/learn/README.md. SHA-256 `{digest}`.

## People it never saw, painted
{painted_results(a.part, net, a.held)}
## Real photos

Only studio and passport-like portraits of the people to train on were painted; no other photo here trained anything. `direct_webcam_face` holds
webcam frames with reflections in spectacles, lowered lids, and a few shut eyes.
{"".join(real_results(a.part, net, d) for d in a.also)}""")


if __name__ == "__main__":
    main()
