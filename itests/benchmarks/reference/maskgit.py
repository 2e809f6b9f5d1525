#!/usr/bin/env python3
"""MaskGIT's bidirectional transformer of 24 layers, 768 wide, in plain PyTorch: the other side of the benchmark.

The maths of Chang et al., "MaskGIT", 2022: all tokens at every iteration, guidance by a doubled
batch, the most confident tokens stay by a cosine schedule. With 64 slots and 4096 ids, TiTok's
generator (Yu et al., 2024). Random weights, no decoder. Prints seconds per run.

usage: maskgit.py BATCH RUNS [SLOTS VOCABULARY ITERATIONS]
"""
import math
import sys

import torch
import torch.nn.functional as F

from plain import attend, heads, norm, timed, weight

BATCH, RUNS = int(sys.argv[1]), int(sys.argv[2])
SLOTS, VOCAB, ITERATIONS = [int(a) for a in sys.argv[3:]] or [256, 1024, 8]
LAYERS, HEADS, DIM, MLP, CFG = 24, 16, 768, 3072, 3.0

layers = [dict(qkv=weight(3 * DIM, DIM), qkv_b=weight(3 * DIM), o=weight(DIM, DIM), o_b=weight(DIM),
               fc1=weight(MLP, DIM), fc1_b=weight(MLP), fc2=weight(DIM, MLP), fc2_b=weight(DIM)) for _ in range(LAYERS)]
embedding, position, out, bias = weight(VOCAB + 1 + 1001, DIM), weight(1 + SLOTS, DIM), weight(VOCAB, DIM), weight(VOCAB)


def network(ids, labels):
    x = norm(F.embedding(torch.cat([labels + VOCAB + 1, ids], 1), embedding) + position, 1e-12)
    for p in layers:
        q, k, v = heads(F.linear(x, p["qkv"], p["qkv_b"]), 3, HEADS)
        x = norm(x + F.linear(attend(q, k, v), p["o"], p["o_b"]), 1e-12)
        x = norm(x + F.linear(F.gelu(F.linear(x, p["fc1"], p["fc1_b"])), p["fc2"], p["fc2_b"]), 1e-12)
    return F.linear(x[:, 1:], out, bias)


def draw():
    ids = torch.full([BATCH, SLOTS], VOCAB)
    labels = torch.cat([torch.full([BATCH, 1], 7), torch.full([BATCH, 1], 1000)])
    for i in range(ITERATIONS):
        cond, null = network(torch.cat([ids, ids]), labels).chunk(2)
        logits = null + CFG * (cond - null)
        gumbel = -torch.log(-torch.log(torch.rand_like(logits)))
        drawn = (logits + gumbel).argmax(-1)
        unknown = ids == VOCAB
        sure = logits.gather(2, drawn.unsqueeze(2)).squeeze(2).masked_fill(~unknown, float("inf"))
        ids = torch.where(unknown, drawn, ids)
        left = int(math.cos((i + 1) / ITERATIONS * math.pi / 2) * SLOTS)
        ids.scatter_(1, sure.argsort(1)[:, :left], VOCAB)


timed(draw, RUNS)
