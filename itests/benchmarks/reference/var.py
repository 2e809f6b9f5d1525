#!/usr/bin/env python3
"""VAR of depth 8, 256² images, decoder included, in plain PyTorch: the other side of the benchmark.

The maths of Tian et al., "Visual autoregressive modeling", 2024: eager operations, keys and values
kept scale by scale, guidance by a doubled batch, the decoder of the multi-scale VQ-VAE (width 160).
Random weights. Prints seconds per run.

usage: var.py BATCH RUNS
"""
import math
import sys
import time

import torch
import torch.nn.functional as F

torch.set_grad_enabled(False)
torch.set_num_threads(2)
torch.manual_seed(0)

BATCH, RUNS = int(sys.argv[1]), int(sys.argv[2])
DEPTH, CODE, VOCAB, CFG = 8, 32, 4096, 1.5
DIM, HEADS, HEAD = 64 * DEPTH, DEPTH, 64
SCALES = [1, 2, 3, 4, 5, 6, 8, 10, 13, 16]
SIDE, SLOTS = SCALES[-1], sum(s * s for s in SCALES)


def weight(*shape):
    return torch.randn(*shape) * 0.02


blocks = [dict(ada=weight(6 * DIM, DIM), qkv=weight(3 * DIM, DIM), q=weight(DIM), v=weight(DIM), scale=torch.full([1, HEADS, 1, 1], 1.4),
               o=weight(DIM, DIM), fc1=weight(4 * DIM, DIM), fc2=weight(DIM, 4 * DIM)) for _ in range(DEPTH)]
labels, word, place, level = weight(1001, DIM), weight(DIM, CODE), weight(SLOTS, DIM), weight(len(SCALES), DIM)
head_ada, head, codebook = weight(2 * DIM, DIM), weight(VOCAB, DIM), torch.randn(VOCAB, CODE)
phi = [weight(CODE, CODE, 3, 3) for _ in range(4)]


def norm(x):
    return F.layer_norm(x, [DIM], eps=1e-6)


def transformer(x, ada, cache):
    for p, a, kv in zip(blocks, ada, cache):
        g1, g2, s1, s2, b1, b2 = a
        qkv = F.linear(norm(x) * (s1 + 1) + b1, p["qkv"], torch.cat([p["q"], torch.zeros(DIM), p["v"]]))
        q, k, v = qkv.view(x.size(0), -1, 3, HEADS, HEAD).permute(2, 0, 3, 1, 4)
        q = F.normalize(q, dim=-1) * p["scale"].clamp(max=math.log(100)).exp()
        kv.append((F.normalize(k, dim=-1), v))
        keys, values = torch.cat([k for k, _ in kv], 2), torch.cat([v for _, v in kv], 2)
        kv[:] = [(keys, values)]
        a = (q @ keys.transpose(2, 3)).softmax(-1) @ values
        x = x + g1 * F.linear(a.transpose(1, 2).reshape(x.shape), p["o"])
        h = F.gelu(F.linear(norm(x) * (s2 + 1) + b2, p["fc1"]), approximate="tanh")
        x = x + g2 * F.linear(h, p["fc2"])
    return x


def conv(i, o, k=3):
    return weight(o, i, k, k)


class Residual:
    def __init__(self, i, o):
        self.i, self.a, self.b, self.skip = i, conv(i, o), conv(o, o), conv(i, o, 1) if i != o else None

    def __call__(self, x):
        h = F.conv2d(F.silu(F.group_norm(x, 32, eps=1e-6)), self.a, padding=1)
        h = F.conv2d(F.silu(F.group_norm(h, 32, eps=1e-6)), self.b, padding=1)
        return h + (x if self.skip is None else F.conv2d(x, self.skip))


class Attention:
    def __init__(self, c):
        self.c, self.qkv, self.o = c, conv(c, 3 * c, 1), conv(c, c, 1)

    def __call__(self, x):
        b, c, h, w = x.shape
        q, k, v = F.conv2d(F.group_norm(x, 32, eps=1e-6), self.qkv).view(b, 3, c, h * w).unbind(1)
        a = (q.transpose(1, 2) @ k * c ** -0.5).softmax(-1)
        return x + F.conv2d((v @ a.transpose(1, 2)).view(b, c, h, w), self.o)


WIDTHS = [160 * m for m in (1, 1, 2, 2, 4)]
decoder = [Residual(640, 640), Attention(640), Residual(640, 640)]
width = 640
for at in reversed(range(5)):
    for _ in range(3):
        decoder.append(Residual(width, WIDTHS[at]))
        width = WIDTHS[at]
        if at == 4:
            decoder.append(Attention(width))
    if at > 0:
        decoder.append((conv(width, width),))
post, enter, leave = conv(CODE, CODE), conv(CODE, 640), conv(160, 3)


def decode(f):
    x = F.conv2d(F.conv2d(f, post, padding=1), enter, padding=1)
    for layer in decoder:
        if isinstance(layer, tuple):
            x = F.conv2d(F.interpolate(x, scale_factor=2, mode="nearest"), layer[0], padding=1)
        else:
            x = layer(x)
    return F.conv2d(F.silu(F.group_norm(x, 32, eps=1e-6)), leave, padding=1).clamp(-1, 1)


def draw():
    cond = labels[torch.cat([torch.full([BATCH], 7), torch.full([BATCH], 1000)])]
    ada = [F.linear(F.silu(cond), p["ada"]).view(2 * BATCH, 1, 6, DIM).unbind(2) for p in blocks]
    cache = [[] for _ in blocks]
    f_hat, x, first = torch.zeros(BATCH, CODE, SIDE, SIDE), cond.unsqueeze(1) + place[:1] + level[:1], 0
    for k, side in enumerate(SCALES):
        h = transformer(x, ada, cache)
        scale, shift = F.linear(F.silu(cond), head_ada).view(2 * BATCH, 1, 2, DIM).unbind(2)
        logits = F.linear(norm(h) * (scale + 1) + shift, head)
        t = CFG * k / (len(SCALES) - 1)
        logits = (1 + t) * logits[:BATCH] - t * logits[BATCH:]
        ids = torch.multinomial(logits.softmax(-1).view(-1, VOCAB), 1).view(BATCH, -1)
        code = F.embedding(ids, codebook).transpose(1, 2).reshape(BATCH, CODE, side, side)
        if side != SIDE:
            code = F.interpolate(code, size=(SIDE, SIDE), mode="bicubic")
        f_hat = f_hat + 0.5 * code + 0.5 * F.conv2d(code, phi[min(3, 4 * k // len(SCALES))], padding=1)
        first += side * side
        if k + 1 < len(SCALES):
            n = SCALES[k + 1]
            tokens = F.interpolate(f_hat, size=(n, n), mode="area").flatten(2).transpose(1, 2)
            x = (F.linear(tokens, word) + place[first:first + n * n] + level[k + 1]).repeat(2, 1, 1)
    return decode(f_hat)


for run in range(RUNS + 1):
    began = time.perf_counter()
    draw()
    if run > 0:
        print("%.3f" % (time.perf_counter() - began), flush=True)
