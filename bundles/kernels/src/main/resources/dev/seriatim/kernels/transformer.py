class Transformer(Module):
    """What transformer blocks are made of."""

    def rms_norm(self, x: Tensor, weight: Optional[Tensor], eps: float) -> Tensor:
        # Zhang and Sennrich, "Root mean square layer normalization", 2019; in float32 whatever x is
        wide = x.to(torch.float32)
        y = (wide * torch.rsqrt(torch.mean(wide * wide, [-1], True) + eps)).to(x.dtype)
        return y if weight is None else y * weight

    def norm(self, x: Tensor, weight: Optional[Tensor], bias: Optional[Tensor], eps: float) -> Tensor:
        # Layer norm over the last axis
        return torch.layer_norm(x, [x.size(-1)], weight, bias, eps)

    def unit(self, x: Tensor) -> Tensor:
        # To length 1 along the last axis; the length is floored at 1e-12
        return x / torch.clamp(torch.sqrt((x * x).sum(-1, keepdim=True)), min=1e-12)

    def modulate(self, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        # Adaptive norm: Peebles and Xie, "Scalable diffusion models with transformers", 2023
        return x * (scale + 1) + shift

    def heads(self, x: Tensor, n_head: int) -> Tensor:
        # [row, n, head · d] -> [row, head, n, d]
        return x.view(x.size(0), x.size(1), n_head, x.size(2) // n_head).transpose(1, 2)

    def merge(self, x: Tensor) -> Tensor:
        # [row, head, n, d] -> [row, n, head · d]
        return x.transpose(1, 2).reshape(x.size(0), x.size(2), x.size(1) * x.size(3))

    def split_qkv(self, qkv: Tensor, n_head: int) -> Tuple[Tensor, Tensor, Tensor]:
        # [row, n, 3 · head · d], q then k then v -> three of [row, head, n, d]
        q, k, v = qkv.chunk(3, -1)
        return self.heads(q, n_head), self.heads(k, n_head), self.heads(v, n_head)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, seen: Optional[Tensor]) -> Tensor:
        # q: [row, head, n, d]; k, v: [row, head, m, d]; seen: bool, broadcast to [row, head, n, m],
        # true where a query may look; None where all may
        return torch.scaled_dot_product_attention(q, k, v, attn_mask=seen)

    def causal(self, n: int, past: int, x: Tensor) -> Tensor:
        # bool [n, past + n]: input past + i sees the inputs up to itself
        return torch.ones([n, past + n], dtype=torch.bool, device=x.device).tril(past)

    def rotate(self, x: Tensor, table: Tensor) -> Tensor:
        # Rotary positions over neighbouring pairs (2i, 2i + 1): Su et al., "RoFormer", 2021.
        # x: [row, head, n, d]; table: [n, d / 2, (cos, sin)] or [row, 1, n, d / 2, (cos, sin)]
        pairs = x.view(x.size(0), x.size(1), x.size(2), -1, 2)
        a, b = pairs[..., 0], pairs[..., 1]
        cos, sin = table[..., 0], table[..., 1]
        return torch.stack([a * cos - b * sin, b * cos + a * sin], -1).view(x.size())

    def rotate_halves(self, x: Tensor, table: Tensor) -> Tensor:
        # The same over pairs (i, i + d / 2)
        a, b = x.chunk(2, -1)
        cos, sin = table[..., 0], table[..., 1]
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

    def rotary_frequencies(self, base: float, d: int, x: Tensor) -> Tensor:
        # Angle of each pair of d numbers at position 1 -> [d / 2]
        pairs = torch.arange(0, d, 2, dtype=torch.float32, device=x.device)
        return 1.0 / torch.pow(base, pairs / d)

    def rotary_by_wavelength(self, pace: Tensor, factor: float, slow: float, fast: float,
                             context: float) -> Tensor:
        # Frequencies [d / 2] for a longer context: those that turn fewer than slow times in the context
        # of old are divided by the factor, those that turn more than fast times stay, and between the
        # two it goes over (Grattafiori et al., "The Llama 3 herd of models", 2024).
        turns = pace * (context / 6.283185307179586)
        kept = torch.clamp((turns - slow) / (fast - slow), 0.0, 1.0)
        return (1 - kept) * pace / factor + kept * pace

    def rotary_yarn(self, pace: Tensor, base: float, factor: float, slow: float, fast: float,
                    context: float) -> Tensor:
        # The same, with a ramp over the pairs between those that turn fast and slow times: Peng et al.,
        # "YaRN: efficient context window extension of large language models", 2023
        d = 2 * pace.size(0)
        scale = d / (2 * torch.log(base))
        first = max(0, torch.floor(scale * torch.log(context / (fast * 6.283185307179586))))
        last = min(d - 1, torch.ceil(scale * torch.log(context / (slow * 6.283185307179586))))
        span = 0.001 if first == last else float(last - first)
        pair = torch.arange(pace.size(0), dtype=torch.float32, device=pace.device)
        slowed = torch.clamp((pair - first) / span, 0.0, 1.0)
        return pace / factor * slowed + pace * (1 - slowed)

    def rotary_axes(self, row: Tensor, column: Tensor, base: float, d: int) -> Tensor:
        # Rotary table of two coordinates: the first half of a head of width d turns by the row, the
        # second by the column. row, column: float32 [n] -> [n, d / 2, (cos, sin)]
        frequencies = self.rotary_frequencies(base, d // 2, row)
        turns = torch.cat([row.unsqueeze(-1) * frequencies, column.unsqueeze(-1) * frequencies], -1)
        return torch.stack([torch.cos(turns), torch.sin(turns)], -1)

    def rotary_grid(self, rows: int, columns: int, base: float, d: int, x: Tensor) -> Tensor:
        # Rotary table of a grid by row and column -> [row · column, d / 2, (cos, sin)]
        row = torch.arange(rows, dtype=torch.float32, device=x.device)
        column = torch.arange(columns, dtype=torch.float32, device=x.device)
        return self.rotary_axes(row.repeat_interleave(columns), column.repeat([rows]), base, d)

    def rotary_map(self, rows: int, columns: int, span: float, d: int, x: Tensor) -> Tensor:
        # Rotary table of a map whose sides count as span, whatever its resolution -> as rotary_grid
        row = torch.arange(rows, dtype=torch.float32, device=x.device) / rows * span
        column = torch.arange(columns, dtype=torch.float32, device=x.device) / columns * span
        return self.rotary_axes(row.repeat_interleave(columns), column.repeat([rows]), 10000.0, d)

    def swiglu(self, x: Tensor, gate: Tensor, up: Tensor, down: Tensor) -> Tensor:
        # Shazeer, "GLU variants improve transformer", 2020
        return torch.linear(torch.silu(torch.linear(x, gate)) * torch.linear(x, up), down)

    def sinusoid(self, t: Tensor, width: int) -> Tensor:
        # Embedding of diffusion times: [n] -> [n, width], cosines then sines, periods up to 10000
        half = width // 2
        steps = torch.arange(half, dtype=torch.float32, device=t.device)
        angles = t.to(torch.float32).unsqueeze(-1) * torch.exp(-9.210340371976184 * steps / half)
        return torch.cat([torch.cos(angles), torch.sin(angles)], -1)
