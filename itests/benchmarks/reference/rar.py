#!/usr/bin/env python3
"""RAR-B, 256 tokens in any order, in plain PyTorch: the other side of the benchmark.

The maths of Yu et al., "Randomized autoregressive visual generation", 2024: adaptive norms, norms of
queries and keys, targets' positions, a preallocated key-value cache, guidance by a doubled batch.
Random weights, no decoder. Prints seconds per run.

usage: rar.py BATCH RUNS
"""
import sys

import torch
import torch.nn.functional as F

from plain import attend, heads, norm, timed, weight

BATCH, RUNS = int(sys.argv[1]), int(sys.argv[2])
LAYERS, HEADS, DIM, MLP, VOCAB, SLOTS, CFG = 24, 16, 768, 3072, 1024, 256, 4.0

layers = [dict(qkv=weight(3 * DIM, DIM), qkv_b=weight(3 * DIM), o=weight(DIM, DIM), o_b=weight(DIM),
               fc1=weight(MLP, DIM), fc1_b=weight(MLP), fc2=weight(DIM, MLP), fc2_b=weight(DIM),
               ada=weight(6 * DIM, DIM), ada_b=weight(6 * DIM)) for _ in range(LAYERS)]
embedding, position, target, moment = weight(VOCAB + 1002, DIM), weight(SLOTS + 2, DIM), weight(SLOTS + 2, DIM), weight(SLOTS + 2, DIM)
start, last, last_b, out, bias = weight(DIM), weight(2 * DIM, DIM), weight(2 * DIM), weight(VOCAB, DIM), weight(VOCAB)


def step(x, c, first, cache):
    # x: [row, n, dim], inputs first .. first + n - 1; c: [row, n, dim]
    end = first + x.size(1)
    seen = torch.ones(x.size(1), end, dtype=torch.bool).tril(first)
    for i, p in enumerate(layers):
        shift1, scale1, gate1, shift2, scale2, gate2 = F.linear(c, p["ada"], p["ada_b"]).chunk(6, -1)
        q, k, v = heads(F.linear(norm(x) * (1 + scale1) + shift1, p["qkv"], p["qkv_b"]), 3, HEADS)
        cache[i, 0, :, :, first:end], cache[i, 1, :, :, first:end] = norm(k), v
        a = attend(norm(q), cache[i, 0, :, :, :end], cache[i, 1, :, :, :end], seen)
        x = x + gate1 * F.linear(a, p["o"], p["o_b"])
        h = norm(x) * (1 + scale2) + shift2
        x = x + gate2 * F.linear(F.gelu(F.linear(h, p["fc1"], p["fc1_b"])), p["fc2"], p["fc2_b"])
    scale, shift = F.linear(c, last, last_b)[:, -1:].chunk(2, -1)
    return F.linear(norm(x[:, -1:]) * (1 + scale) + shift, out, bias)[:, 0]


def draw():
    order = torch.stack([torch.randperm(SLOTS) for _ in range(BATCH)]).repeat(2, 1) + 2
    condition = embedding[torch.cat([torch.full([BATCH], VOCAB + 8), torch.full([BATCH], VOCAB + 1001)])].unsqueeze(1)
    cache = torch.zeros(LAYERS, 2, 2 * BATCH, HEADS, SLOTS + 2, DIM // HEADS)
    for k in range(SLOTS):
        if k == 0:
            first = (start + position[0]).expand(2 * BATCH, 1, -1)
            x = torch.cat([first, condition + position[1] + target[order[:, :1]]], 1)
            c = F.silu(condition + moment[:2])
            logits = step(x, c, 0, cache)
        else:
            x = F.embedding(ids, embedding) + position[order[:, k - 1:k]] + target[order[:, k:k + 1]]
            logits = step(x, F.silu(condition + moment[k + 1]), k + 1, cache)
        cond, null = logits.chunk(2)
        ids = torch.multinomial((null + CFG * (cond - null)).softmax(-1), 1).repeat(2, 1)


timed(draw, RUNS)
