#!/usr/bin/env python3
"""LlamaGen-B, class-conditional, 256 tokens, in plain PyTorch: the other side of the benchmark.

The maths of Sun et al., "Autoregressive model beats diffusion", 2024: eager modules, a preallocated
key-value cache, classifier-free guidance by a doubled batch. Random weights. Prints seconds per run.

usage: llamagen.py BATCH RUNS
"""
import sys
import time

import torch
import torch.nn.functional as F

torch.set_grad_enabled(False)
torch.set_num_threads(2)
torch.manual_seed(0)

BATCH, RUNS = int(sys.argv[1]), int(sys.argv[2])
LAYERS, HEADS, DIM, HIDDEN, VOCAB, SIDE, CFG = 12, 12, 768, 2048, 16384, 16, 4.0
SLOTS, HEAD = SIDE * SIDE, DIM // HEADS


def weight(*shape):
    return torch.randn(*shape) * 0.02


layers = [dict(n1=torch.ones(DIM), qkv=weight(3 * DIM, DIM), o=weight(DIM, DIM), n2=torch.ones(DIM),
               w1=weight(HIDDEN, DIM), w3=weight(HIDDEN, DIM), w2=weight(DIM, HIDDEN)) for _ in range(LAYERS)]
wte, labels, out = weight(VOCAB, DIM), weight(1001, DIM), weight(VOCAB, DIM)

rate = 1.0 / (10000 ** (torch.arange(0, HEAD // 2, 2).float() / (HEAD // 2)))
line = torch.outer(torch.arange(SIDE).float(), rate)
angles = torch.cat([line[:, None].expand(SIDE, SIDE, -1), line[None].expand(SIDE, SIDE, -1)], -1).reshape(SLOTS, -1)
table = torch.cat([torch.zeros(1, HEAD // 2, 2), torch.stack([angles.cos(), angles.sin()], -1)])


def norm(x, w):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-5) * w


def rotate(x, at):
    x = x.view(*x.shape[:-1], -1, 2)
    cos, sin = table[at, None, :, 0], table[at, None, :, 1]
    return torch.stack([x[..., 0] * cos - x[..., 1] * sin, x[..., 1] * cos + x[..., 0] * sin], -1).flatten(-2)


def step(x, at, cache):
    # x: [row, 1, dim]
    for i, p in enumerate(layers):
        q, k, v = F.linear(norm(x, p["n1"]), p["qkv"]).view(x.size(0), 3, HEADS, HEAD).unbind(1)
        cache[i, 0, :, :, at], cache[i, 1, :, :, at] = rotate(k, at), v
        keys, values = cache[i, 0, :, :, :at + 1], cache[i, 1, :, :, :at + 1]
        score = (rotate(q, at).unsqueeze(2) @ keys.transpose(2, 3)) / HEAD ** 0.5
        x = x + F.linear((score.softmax(-1) @ values).transpose(1, 2).reshape(x.size(0), 1, DIM), p["o"])
        h = norm(x, p["n2"])
        x = x + F.linear(F.silu(F.linear(h, p["w1"])) * F.linear(h, p["w3"]), p["w2"])
    return F.linear(norm(x, torch.ones(DIM)), out)[:, -1]


def draw():
    cache = torch.zeros(LAYERS, 2, 2 * BATCH, HEADS, SLOTS, HEAD)
    x = labels[torch.cat([torch.full([BATCH], 7), torch.full([BATCH], 1000)])].unsqueeze(1)
    for at in range(SLOTS):
        cond, null = step(x, at, cache).chunk(2)
        p = (null + CFG * (cond - null)).softmax(-1)
        ids = torch.multinomial(p, 1)
        x = wte[torch.cat([ids, ids])]


for run in range(RUNS + 1):
    began = time.perf_counter()
    draw()
    if run > 0:
        print("%.3f" % (time.perf_counter() - began), flush=True)
