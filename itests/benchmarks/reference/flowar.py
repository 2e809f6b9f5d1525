#!/usr/bin/env python3
"""FlowAR of 6 + 6 layers, 768 wide, five scales, in plain PyTorch: the other side of the benchmark.

The maths of Ren et al., "FlowAR: scale-wise autoregressive image generation meets flow matching",
2024: a scale at a time with a key-value cache, a flow head with self-attention and 25 Euler steps for
each scale, guidance by a doubled batch. Random weights, no decoder. Prints seconds per run.

usage: flowar.py BATCH RUNS
"""
import math
import sys

import torch
import torch.nn.functional as F

from plain import attend, heads, rms, rotary, rotate, timed, weight

BATCH, RUNS = int(sys.argv[1]), int(sys.argv[2])
ENCODER, DECODER, HEADS, DIM, TOKEN, SCALES, STEPS, CFG = 6, 6, 12, 768, 16, [1, 2, 4, 8, 16], 25, 4.3
MLP, FLOW, BLOCKS, FLOW_HEADS = 2048, 768, 4, 12
SLOTS = sum(s * s for s in SCALES)


def gated(width, mlp, modulations):
    return dict(qkv=weight(3 * width, width), qkv_b=weight(3 * width), o=weight(width, width), o_b=weight(width),
                gate=weight(mlp, width), gate_b=weight(mlp), up=weight(mlp, width), up_b=weight(mlp),
                down=weight(width, mlp), down_b=weight(width), ada=weight(modulations * width, width),
                ada_b=weight(modulations * width))


encoder, decoder = [gated(DIM, MLP, 6) for _ in range(ENCODER)], [gated(DIM, MLP, 6) for _ in range(DECODER)]
head = [gated(FLOW, MLP, 6) for _ in range(BLOCKS)]
labels, feature, between = weight(1001, DIM), weight(DIM, TOKEN), weight(DIM, DIM)
place_e, place_d, place_h = weight(SLOTS, DIM), weight(SLOTS, DIM), weight(SLOTS, DIM)
time1, time2, condition, token = weight(FLOW, 256), weight(FLOW, FLOW), weight(FLOW, DIM), weight(FLOW, TOKEN)
last_ada, last = weight(2 * FLOW, FLOW), weight(TOKEN, FLOW)
tables = [rotary(s, s, DIM // HEADS, 16) for s in SCALES]


def feed_forward(x, p):
    return F.linear(F.gelu(F.linear(x, p["gate"], p["gate_b"])) * F.linear(x, p["up"], p["up_b"]), p["down"], p["down_b"])


def blocks(x, c, parts, cache, past, table):
    end = past + x.size(1)
    for i, p in enumerate(parts):
        gate1, gate2, scale1, scale2, shift1, shift2 = F.linear(c, p["ada"], p["ada_b"]).chunk(6, -1)
        q, k, v = heads(F.linear(rms(x) * (1 + scale1) + shift1, p["qkv"], p["qkv_b"]), 3, HEADS)
        cache[i, 0, :, :, past:end], cache[i, 1, :, :, past:end] = rotate(k, table), v
        a = attend(rotate(q, table), cache[i, 0, :, :, :end], cache[i, 1, :, :, :end])
        x = x + gate1 * F.linear(a, p["o"], p["o_b"])
        x = x + gate2 * feed_forward(rms(x) * (1 + scale2) + shift2, p)
    return x


def velocity(x, t, hidden, table):
    # x: [row, slot, token]; hidden: [row, slot, flow], projected
    steps = torch.arange(128).float()
    angles = int(t * 1000) * torch.exp(-math.log(10000) * steps / 128)
    t = F.linear(F.silu(F.linear(torch.cat([angles.cos(), angles.sin()]), time1)), time2)
    c = F.silu(hidden + t)
    x = F.linear(x, token)
    for p in head:
        gate1, gate2, scale1, scale2, shift1, shift2 = F.linear(c, p["ada"], p["ada_b"]).chunk(6, -1)
        q, k, v = heads(F.linear(rms(x) * (1 + scale1) + shift1, p["qkv"]), 3, FLOW_HEADS)
        x = x + gate1 * F.linear(attend(rotate(q, table), rotate(k, table), v), p["o"], p["o_b"])
        x = x + gate2 * feed_forward(rms(x) * (1 + scale2) + shift2, p)
    shift, scale = F.linear(c, last_ada).chunk(2, -1)
    return F.linear(rms(x) * (1 + scale) + shift, last)


def draw():
    row = 2 * BATCH
    c = labels[torch.cat([torch.full([BATCH], 7), torch.full([BATCH], 1000)])].unsqueeze(1)
    cache_e = torch.zeros(ENCODER, 2, row, HEADS, SLOTS, DIM // HEADS)
    cache_d = torch.zeros(DECODER, 2, row, HEADS, SLOTS, DIM // HEADS)
    past, image = 0, None
    for k, side in enumerate(SCALES):
        n = side * side
        at = slice(past, past + n)
        if image is None:
            x = c.expand(-1, n, -1)
        else:
            larger = F.interpolate(image, size=side, mode="bicubic").flatten(2).transpose(1, 2)
            x = F.linear(larger, feature).repeat(2, 1, 1)
        x = blocks(rms(x + place_e[at]), F.silu(c), encoder, cache_e, past, tables[k])
        x = F.linear(rms(x), between) + place_d[at]
        x = rms(blocks(x, F.silu(c), decoder, cache_d, past, tables[k])) + place_h[at]
        hidden = F.linear(x, condition)
        tokens = torch.randn(BATCH, n, TOKEN)
        for i in range(STEPS):
            cond, null = velocity(tokens.repeat(2, 1, 1), 1 - i / STEPS, hidden, tables[k]).chunk(2)
            tokens = tokens - (null + CFG * (cond - null)) / STEPS
        image = tokens.transpose(1, 2).reshape(BATCH, TOKEN, side, side)
        past += n


timed(draw, RUNS)
