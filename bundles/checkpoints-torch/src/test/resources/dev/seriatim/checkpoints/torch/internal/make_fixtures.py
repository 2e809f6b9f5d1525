"""Writes the checkpoints beside this file, and what they hold, for the tests of the reader.

Run with Debian's python3-torch (written with 1.13): /usr/bin/python3 make_fixtures.py
The tests need only what it wrote.
"""

import argparse
import collections
import json
import pathlib
import types

import numpy
import torch

HERE = pathlib.Path(__file__).parent
NAMES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL",
}


def every_type():
    values = {}
    for dtype, name in NAMES.items():
        if dtype == torch.bool:
            values[name] = torch.tensor([[True, False, True], [False, True, True]])
        elif dtype.is_floating_point:
            values[name] = torch.tensor([[0.5, -2.0, 3.25], [1e-3, float("inf"), 7.0]]).to(dtype)
        else:
            values[name] = torch.tensor([[0, 1, 2], [100, 101, 127]]).to(dtype)
    return values


def every_view():
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    weight = torch.arange(12, dtype=torch.int16).reshape(3, 4)
    return {
        "base": base,
        "permuted": base.permute(2, 0, 1),
        "transposed": weight.t(),
        "strided": base[:, ::2, 1::2],
        "offset": base[1],
        "offset_column": base[1, :, 3],
        "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 5),
        "repeated": torch.tensor(7, dtype=torch.int64).expand(3, 4),
        "overlapping": torch.arange(6, dtype=torch.uint8).as_strided((4, 3), (1, 1)),
        "scalar": torch.tensor(2.5, dtype=torch.float64),
        "scalar_view": base[1, 2, 3],
        "empty": torch.empty(0, 3),
        "empty_view": base[:, 3:, :],
        "one": base[:1, :1, 2:3],
        "channels_last": torch.arange(48, dtype=torch.float16).reshape(1, 3, 4, 4)
            .contiguous(memory_format=torch.channels_last),
        "bool_strided": torch.tensor([True, False, False, True])[::3],
        "shared": {"first": weight, "second": weight, "row": weight[2]},
        "parameter": torch.nn.Parameter(torch.tensor([1.5, -1.5])),
        "list": [torch.tensor([1]), {"deep": torch.tensor([2, 3])}, "text"],
        "tuple": (torch.tensor([4], dtype=torch.int32),),
    }


class Settings:
    """A class that the reader cannot know."""

    def __init__(self):
        self.width = 64
        self.names = ["a", "b"]


class Options(dict):
    """A dict with attributes."""


def training():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    model(torch.ones(4, 3)).square().sum().backward()
    optimizer.step()
    options = Options(depth=2)
    options.depth = 2
    options.extra = "x"
    counts = collections.defaultdict(int)
    counts["seen"] = 3
    return {
        "model": model.state_dict(),
        "model_ema": collections.OrderedDict(
            (name, torch.nn.Parameter(value, requires_grad=False))
            for name, value in model.state_dict().items() if value.dtype == torch.float32),
        "optimizer": optimizer.state_dict(),
        "epoch": 7,
        "best": 0.25,
        "worst": float("nan"),
        "rate": numpy.float64(1e-4),
        "step": numpy.int64(12),
        "flag": True,
        "nothing": None,
        "huge": 2 ** 80,
        "negative": -(2 ** 40),
        "bytes": b"\x00\xff",
        "betas": (0.9, 0.95),
        "scales": [1, 2, [3, 4]],
        "set": {5},
        "size": torch.Size([2, 3]),
        "dtype": torch.bfloat16,
        "device": torch.device("cuda", 1),
        "path": pathlib.PurePosixPath("/runs/1"),
        "counter": collections.Counter(a=2),
        "defaults": counts,
        "blank": {},
        "args": argparse.Namespace(
            model="mar_base", lr=1e-4, layers=[1, 2], resume=None,
            nested=argparse.Namespace(depth=3)),
        "simple": types.SimpleNamespace(a="b"),
        "settings": Settings(),
        "options": options,
        "text": "grüße \u4f60",
    }


def leaves(name, value, into):
    if isinstance(value, torch.Tensor):
        value = value.detach().contiguous()
        if value.dtype == torch.bfloat16:
            raw = value.flatten().view(torch.int16).numpy()
        else:
            raw = value.numpy()
        into[name] = {
            "type": NAMES[value.dtype], "shape": list(value.shape), "bytes": raw.tobytes().hex()}
    elif isinstance(value, dict):
        for key, item in value.items():
            leaves(f"{name}.{key}" if name else str(key), item, into)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            leaves(f"{name}.{index}", item, into)
    return into


def write(name, value, **options):
    torch.save(value, HERE / f"{name}.pt", **options)
    content = json.dumps(leaves("", value, {}), indent=1)
    (HERE / f"{name}.json").write_text(content + "\n")


write("types", every_type())
write("views", every_view())
write("views-stream", every_view(), _use_new_zipfile_serialization=False)
for protocol in (2, 3, 4, 5):
    write(f"training-{protocol}", training(), pickle_protocol=protocol)
