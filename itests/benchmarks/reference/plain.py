"""What the eager PyTorch sides of the benchmarks share: sizes of weights, norms, attention, timing."""
import time

import torch
import torch.nn.functional as F

torch.set_grad_enabled(False)
torch.set_num_threads(2)
torch.manual_seed(0)


def weight(*shape):
    return torch.randn(*shape) * 0.02


def norm(x, eps=1e-6):
    return F.layer_norm(x, [x.size(-1)], eps=eps)


def rms(x, w=1.0, eps=1e-6):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + eps) * w


def attend(q, k, v, seen=None):
    # q: [row, head, n, d]; k, v: [row, head, m, d]; seen: bool [n, m]
    score = (q @ k.transpose(2, 3)) / q.size(3) ** 0.5
    if seen is not None:
        score = score.masked_fill(~seen, float("-inf"))
    return (score.softmax(-1) @ v).transpose(1, 2).flatten(2)


def heads(x, parts, n_head):
    # [row, n, parts · head · d] -> parts of [row, head, n, d]
    return x.view(x.size(0), x.size(1), parts, n_head, -1).permute(2, 0, 3, 1, 4).unbind(0)


def rotate(x, table):
    # x: [row, head, n, d]; table: [n, d / 2, (cos, sin)]
    x = x.unflatten(-1, (-1, 2))
    cos, sin = table[..., 0], table[..., 1]
    return torch.stack([x[..., 0] * cos - x[..., 1] * sin, x[..., 1] * cos + x[..., 0] * sin], -1).flatten(-2)


def rotary(rows, columns, width, span=None):
    # Table of a grid: the first half of a head turns by the row, the second by the column
    rate = 1.0 / (10000 ** (torch.arange(0, width // 2, 2).float() / (width // 2)))
    row = torch.arange(rows).float() * (1 if span is None else span / rows)
    column = torch.arange(columns).float() * (1 if span is None else span / columns)
    a, b = torch.outer(row, rate), torch.outer(column, rate)
    turns = torch.cat([a[:, None].expand(rows, columns, -1), b[None].expand(rows, columns, -1)], -1)
    return torch.stack([turns.cos(), turns.sin()], -1).flatten(0, 1)


def timed(draw, runs):
    """Prints seconds per run, after a first one that does not count."""
    for run in range(runs + 1):
        began = time.perf_counter()
        draw()
        if run > 0:
            print("%.3f" % (time.perf_counter() - began), flush=True)
