#!/usr/bin/env python3
"""MAR of base width with 8 + 8 layers, 256 tokens, in plain PyTorch: the other side of the benchmark.

The maths of Li et al., "Autoregressive image generation without vector quantization", 2024: the
masked encoder and decoder over all tokens at every iteration, a diffusion head of 100 steps, linear
guidance by a doubled batch. Latents alone, no decoder. Random weights. Prints seconds per run.

usage: mar.py BATCH RUNS [ITERATIONS [STEPS]]
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
ITERATIONS = int(sys.argv[3]) if len(sys.argv) > 3 else 16
DIM, HEADS, DEPTH, BUFFER, SLOTS, TOKEN, CFG = 768, 12, 8, 64, 256, 16, 3.0
WIDTH, RESIDUAL = 1024, 6
STEPS = int(sys.argv[4]) if len(sys.argv) > 4 else 100


def weight(*shape):
    return torch.randn(*shape) * 0.02


def transformer_blocks():
    return [dict(qkv=weight(3 * DIM, DIM), o=weight(DIM, DIM), fc1=weight(4 * DIM, DIM), fc2=weight(DIM, 4 * DIM))
            for _ in range(DEPTH)]


encoder, decoder = transformer_blocks(), transformer_blocks()
labels, z_proj, embed, mask_token = weight(1001, DIM), weight(DIM, TOKEN), weight(DIM, DIM), weight(DIM)
place_e, place_d, place_h = weight(BUFFER + SLOTS, DIM), weight(BUFFER + SLOTS, DIM), weight(SLOTS, DIM)

time1, time2, cond_w, enter = weight(WIDTH, 256), weight(WIDTH, WIDTH), weight(WIDTH, DIM), weight(WIDTH, TOKEN)
head = [dict(ada=weight(3 * WIDTH, WIDTH), a=weight(WIDTH, WIDTH), b=weight(WIDTH, WIDTH)) for _ in range(RESIDUAL)]
last_ada, last = weight(2 * WIDTH, WIDTH), weight(2 * TOKEN, WIDTH)

abar = torch.tensor([math.cos((t / 1000 + 0.008) / 1.008 * math.pi / 2) ** 2 for t in range(1001)], dtype=torch.float64)
abar = torch.cumprod(1 - (1 - abar[1:] / abar[:-1]).clamp(max=0.999), 0)
used = torch.tensor([round(999 / (STEPS - 1) * i) for i in range(STEPS)])
kept = abar[used]
before = torch.cat([torch.ones(1, dtype=torch.float64), kept[:-1]])
beta = 1 - kept / before
variance = beta * (1 - before) / (1 - kept)
coefficient_x0, coefficient_x = beta * before.sqrt() / (1 - kept), (1 - before) * (1 - beta).sqrt() / (1 - kept)
log_small = torch.cat([variance[1:2], variance[1:]]).log()
schedule = [c.float() for c in (kept, beta.log(), log_small, coefficient_x0, coefficient_x)]


def norm(x, eps=1e-6):
    return F.layer_norm(x, [x.size(-1)], eps=eps)


def run_blocks(x, blocks):
    for p in blocks:
        q, k, v = F.linear(norm(x), p["qkv"]).view(x.size(0), -1, 3, HEADS, DIM // HEADS).permute(2, 0, 3, 1, 4)
        a = ((q * (DIM // HEADS) ** -0.5) @ k.transpose(2, 3)).softmax(-1) @ v
        x = x + F.linear(a.transpose(1, 2).reshape(x.shape), p["o"])
        x = x + F.linear(F.gelu(F.linear(norm(x), p["fc1"])), p["fc2"])
    return norm(x)


def backbone(tokens, mask, cond):
    rows = tokens.size(0)
    x = torch.cat([cond.unsqueeze(1).expand(-1, BUFFER, -1), F.linear(tokens, z_proj)], 1) + place_e
    seen = torch.cat([torch.ones(rows, BUFFER, dtype=torch.bool), ~mask], 1)
    x = run_blocks(norm(x)[seen].view(rows, -1, DIM), encoder)
    y = mask_token.expand(rows, BUFFER + SLOTS, DIM).clone()
    y[seen] = F.linear(x, embed).view(-1, DIM)
    return run_blocks(y + place_d, decoder)[:, BUFFER:] + place_h


def noise_of(x, t, c):
    half = torch.exp(-math.log(10000) * torch.arange(128) / 128) * used[t].float()
    emb = torch.cat([half.cos(), half.sin()]).expand(x.size(0), -1)
    c = F.linear(F.silu(F.linear(emb, time1)), time2) + c
    h = F.linear(x, enter)
    for p in head:
        shift, scale, gate = F.linear(F.silu(c), p["ada"]).chunk(3, -1)
        h = h + gate * F.linear(F.silu(F.linear(norm(h) * (scale + 1) + shift, p["a"])), p["b"])
    shift, scale = F.linear(F.silu(c), last_ada).chunk(2, -1)
    return F.linear(norm(h) * (scale + 1) + shift, last)


def sample(z, cfg):
    n = z.size(0) // 2
    x = torch.randn(n, TOKEN).repeat(2, 1)
    c = F.linear(z, cond_w)
    for t in reversed(range(STEPS)):
        out = noise_of(torch.cat([x[:n], x[:n]]), t, c)
        eps, v = out.chunk(2, -1)
        eps = (eps[n:] + cfg * (eps[:n] - eps[n:])).repeat(2, 1)
        a, log_beta, log_var, c0, cx = (s[t] for s in schedule)
        f = (v + 1) / 2
        x0 = x / a.sqrt() - (1 / a - 1).sqrt() * eps
        x = c0 * x0 + cx * x
        if t > 0:
            x = x + torch.exp(0.5 * (f * log_beta + (1 - f) * log_var)) * torch.randn_like(x)
    return x[:n]


def draw():
    cond = labels[torch.cat([torch.full([BATCH], 7), torch.full([BATCH], 1000)])]
    tokens, mask = torch.zeros(BATCH, SLOTS, TOKEN), torch.ones(BATCH, SLOTS, dtype=torch.bool)
    order = torch.stack([torch.randperm(SLOTS) for _ in range(BATCH)])
    for i in range(ITERATIONS):
        z = backbone(tokens.repeat(2, 1, 1), mask.repeat(2, 1), cond)
        left = int(SLOTS * math.cos(math.pi / 2 * (i + 1) / ITERATIONS))
        left = max(1, min(int(mask[0].sum()) - 1, left)) if i + 1 < ITERATIONS else 0
        nxt = torch.zeros_like(mask).scatter_(1, order[:, :left], True)
        now = mask & ~nxt
        cfg = 1 + (CFG - 1) * (SLOTS - left) / SLOTS
        tokens[now] = sample(z[now.repeat(2, 1)], cfg)
        mask = nxt
    return tokens


for run in range(RUNS + 1):
    began = time.perf_counter()
    draw()
    if run > 0:
        print("%.3f" % (time.perf_counter() - began), flush=True)
