#!/usr/bin/env python3
"""NAR of base width, 16 x 16 tokens in 31 steps, in plain PyTorch: the other side of the benchmark.

The maths of He et al., "Neighboring autoregressive modeling for efficient visual generation", 2025:
an anti-diagonal at a time, two predictions of each token, mixed; a preallocated key-value cache,
guidance by a doubled batch. Random weights, no decoder. Prints seconds per run.

usage: nar.py BATCH RUNS
"""
import sys

import torch
import torch.nn.functional as F

from plain import attend, heads, rms, rotary, rotate, timed, weight

BATCH, RUNS = int(sys.argv[1]), int(sys.argv[2])
LAYERS, HEADS, DIM, HIDDEN, VOCAB, SIDE, CFG = 13, 12, 768, 2048, 16384, 16, 4.0
SLOTS = SIDE * SIDE

layers = [dict(qkv=weight(3 * DIM, DIM), o=weight(DIM, DIM), w1=weight(HIDDEN, DIM), w3=weight(HIDDEN, DIM),
               w2=weight(DIM, HIDDEN)) for _ in range(LAYERS)]
wte, labels, right, below = weight(VOCAB, DIM), weight(1001, DIM), weight(VOCAB, DIM), weight(VOCAB, DIM)
table = torch.cat([torch.zeros(1, DIM // HEADS // 2, 2), rotary(SIDE, SIDE, DIM // HEADS)])
diagonals = [[s for s in range(SLOTS) if s // SIDE + s % SIDE == d] for d in range(2 * SIDE - 1)]


def step(x, places, past, cache):
    # x: [row, n, dim], the inputs of a diagonal, which see each other -> states for the right and below
    end = past + x.size(1)
    for i, p in enumerate(layers):
        q, k, v = heads(F.linear(rms(x), p["qkv"]), 3, HEADS)
        cache[i, 0, :, :, past:end], cache[i, 1, :, :, past:end] = rotate(k, table[places]), v
        a = attend(rotate(q, table[places]), cache[i, 0, :, :, :end], cache[i, 1, :, :, :end])
        x = x + F.linear(a, p["o"])
        h = rms(x)
        x = x + F.linear(F.silu(F.linear(h, p["w1"])) * F.linear(h, p["w3"]), p["w2"])
        if i == LAYERS - 2:
            x_right = x
    return rms(x_right), rms(x)


def draw():
    cache = torch.zeros(LAYERS, 2, 2 * BATCH, HEADS, SLOTS + 1, DIM // HEADS)
    x = labels[torch.cat([torch.full([BATCH], 7), torch.full([BATCH], 1000)])].unsqueeze(1)
    at, places, past = [None], torch.tensor([0]), 0
    for slots in diagonals:
        to_right, to_below = step(x, places, past, cache)
        past += x.size(1)
        a, b = F.linear(to_right, right), F.linear(to_below, below)
        each = []
        for s in slots:
            left = at.index(s - 1) if s % SIDE and at[0] is not None else 0
            upper = at.index(s - SIDE) if s >= SIDE else 0
            given = ([a[:, left]] if s % SIDE or s == 0 else []) + ([b[:, upper]] if s >= SIDE or s == 0 else [])
            each.append(sum(given) / len(given))
        cond, null = torch.stack(each, 1).chunk(2)
        p = (null + CFG * (cond - null)).softmax(-1)
        ids = torch.multinomial(p.flatten(0, 1), 1).view(BATCH, -1)
        x, at, places = wte[torch.cat([ids, ids])], slots, torch.tensor(slots) + 1


timed(draw, RUNS)
