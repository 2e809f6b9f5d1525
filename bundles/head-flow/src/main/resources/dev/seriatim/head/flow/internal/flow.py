class Flow(Module):
    """A network that says where noise flows to become tokens, its loss, and its solvers."""
    # Lipman et al., "Flow matching for generative modeling", 2023; the network of Ren et al., "FlowAR:
    # scale-wise autoregressive image generation meets flow matching", 2024. Time t goes from 1, noise, to
    # 0, tokens, on straight lines: x = (1 - t) · token + t · noise, with velocity noise - token. With
    # attention, all tokens of a scale flow together; without, each on its own.
    n_block: int
    n_head: int
    attends: bool
    crosses: bool                           # blocks look at the hidden states, too
    span: float                             # length of a map's side in rotary positions, at every resolution
    eps: float
    two_speeds: bool                        # large sampling steps at first, small ones at the end
    rows: List[int]                         # of each scale
    columns: List[int]
    bounds: List[int]                       # first slot of each scale, then the number of slots
    time_in_w: Matrix                       # [flow, 256]
    time_in_b: Tensor
    time_out_w: Matrix                      # [flow, flow]
    time_out_b: Tensor
    condition_w: Matrix                     # [flow, width]
    condition_b: Tensor
    token_w: Matrix                         # [flow, token]
    token_b: Tensor
    qkv_w: Optional[List[Tensor]]           # [3 · flow, flow]
    proj_w: Optional[List[Tensor]]          # [flow, flow]
    proj_b: Optional[List[Tensor]]
    cross_norm_w: Optional[List[Tensor]]    # [flow]
    state_norm_w: Optional[List[Tensor]]    # [width]
    cross_q_w: Optional[List[Tensor]]       # [flow, flow]
    cross_kv_w: Optional[List[Tensor]]      # [2 · flow, width]
    cross_proj_w: Optional[List[Tensor]]    # [flow, flow]
    cross_proj_b: Optional[List[Tensor]]
    gate_w: List[Matrix]                    # [mlp, flow]
    gate_b: List[Tensor]
    up_w: List[Matrix]                      # [mlp, flow]
    up_b: List[Tensor]
    down_w: List[Matrix]                    # [flow, mlp]
    down_b: List[Tensor]
    ada_w: List[Matrix]                     # [6 · flow, flow]: gate, scale, shift of attention and mlp by turns;
    ada_b: List[Tensor]                     # [3 · flow, flow]: of the mlp alone, without attention or with cross attention
    attn_ada_w: Optional[List[Tensor]]      # [3 · flow, flow]: of the attention, with cross attention
    attn_ada_b: Optional[List[Tensor]]
    final_ada_w: Matrix                     # [2 · flow, flow]: shift, scale
    final_ada_b: Tensor
    final_w: Matrix                         # [token, flow]
    final_b: Tensor

    # The network

    def time_steps(self, t: Tensor) -> Tensor:
        # The network knows a thousand times: in single precision, cut off
        return (t.to(torch.float32) * 1000).to(torch.int64)

    def time(self, t: Tensor) -> Tensor:
        # [row] -> [row, 1, flow]
        x = self.sinusoid(self.time_steps(t), self.time_in_w.size(1)).to(self.time_in_w.dtype)
        x = torch.silu(torch.linear(x, self.time_in_w, self.time_in_b))
        return torch.linear(x, self.time_out_w, self.time_out_b).unsqueeze(1)

    def table(self, scale: int) -> Tensor:
        # Rotary positions of a scale: [slot of the scale, head width / 2, (cos, sin)]
        d = self.token_w.size(0) // self.n_head
        return self.rotary_map(self.rows[scale], self.columns[scale], self.span, d, self.token_w).to(self.token_w.dtype)

    def attention(self, x: Tensor, i: int, table: Tensor) -> Tensor:
        qkv_w, proj_w, proj_b = self.qkv_w, self.proj_w, self.proj_b
        assert qkv_w is not None and proj_w is not None and proj_b is not None
        q, k, v = self.split_qkv(torch.linear(x, qkv_w[i]), self.n_head)
        x = self.attend(self.rotate(q, table), self.rotate(k, table), v, None)
        return torch.linear(self.merge(x), proj_w[i], proj_b[i])

    def cross_attention(self, x: Tensor, hidden: Tensor, i: int, table: Tensor) -> Tensor:
        cross_norm_w, state_norm_w, q_w, kv_w = self.cross_norm_w, self.state_norm_w, self.cross_q_w, self.cross_kv_w
        proj_w, proj_b = self.cross_proj_w, self.cross_proj_b
        assert cross_norm_w is not None and state_norm_w is not None and q_w is not None and kv_w is not None
        assert proj_w is not None and proj_b is not None
        q = self.heads(torch.linear(self.rms_norm(x, cross_norm_w[i], self.eps), q_w[i]), self.n_head)
        k, v = torch.linear(self.rms_norm(hidden, state_norm_w[i], self.eps), kv_w[i]).chunk(2, -1)
        k, v = self.rotate(self.heads(k, self.n_head), table), self.heads(v, self.n_head)
        x = self.attend(self.rotate(q, table), k, v, None)
        return torch.linear(self.merge(x), proj_w[i], proj_b[i])

    def feed_forward(self, x: Tensor, i: int, gate: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        h = self.modulate(self.rms_norm(x, None, self.eps), scale, shift)
        inner = torch.gelu(torch.linear(h, self.gate_w[i], self.gate_b[i])) * torch.linear(h, self.up_w[i], self.up_b[i])
        return x + gate * torch.linear(inner, self.down_w[i], self.down_b[i])

    def block(self, x: Tensor, time: Tensor, both: Tensor, hidden: Tensor, i: int, table: Optional[Tensor]) -> Tensor:
        # both: SiLU of time and condition, [row, slot, flow]
        attn_w, attn_b = self.attn_ada_w, self.attn_ada_b
        ada = torch.linear(both, self.ada_w[i], self.ada_b[i])
        if table is None:
            gate, scale, shift = ada.chunk(3, -1)
            return self.feed_forward(x, i, gate, scale, shift)
        if attn_w is not None and attn_b is not None:
            gate, scale, shift = torch.linear(torch.silu(time), attn_w[i], attn_b[i]).chunk(3, -1)
            h = self.modulate(self.rms_norm(x, None, self.eps), scale, shift)
            x = x + gate * self.attention(h, i, table)
            x = x + self.cross_attention(x, hidden, i, table)
            gate, scale, shift = ada.chunk(3, -1)
            return self.feed_forward(x, i, gate, scale, shift)
        gate1, gate2, scale1, scale2, shift1, shift2 = ada.chunk(6, -1)
        h = self.modulate(self.rms_norm(x, None, self.eps), scale1, shift1)
        x = x + gate1 * self.attention(h, i, table)
        return self.feed_forward(x, i, gate2, scale2, shift2)

    def velocity(self, x: Tensor, t: Tensor, hidden: Tensor, scale: int) -> Tensor:
        # x: [row, slot, token], t: [row], hidden: [row, slot, width] -> float32 [row, slot, token].
        # With attention, the slots are those of a scale.
        table: Optional[Tensor] = None
        if self.attends:
            table = self.table(scale)
        time = self.time(t)
        hidden = hidden.to(self.token_w.dtype)
        both = torch.silu(time + torch.linear(hidden, self.condition_w, self.condition_b))
        x = torch.linear(x.to(self.token_w.dtype), self.token_w, self.token_b)
        for i in range(self.n_block):
            x = self.block(x, time, both, hidden, i, table)
        shift, s = torch.linear(both, self.final_ada_w, self.final_ada_b).chunk(2, -1)
        x = self.modulate(self.rms_norm(x, None, self.eps), s, shift)
        return torch.linear(x, self.final_w, self.final_b).to(torch.float32)

    # The sampler

    def times(self, n: int) -> Tensor:
        # From noise to tokens, in double precision: [step + 1]
        if n == 50 or not self.two_speeds:
            return torch.linspace(1.0, 0.0, n + 1, dtype=torch.float64)
        large = torch.linspace(1.0, 0.3, n // 2, dtype=torch.float64)
        return torch.cat([large, torch.linspace(0.25, 0.0, n // 2 + 1, dtype=torch.float64)])

    def is_guided(self, times: Tensor, high: float) -> Tensor:
        # Whether guidance applies in the step from each time but the last: bool [step]
        return times[:-1] <= high

    def guided(self, x: Tensor, t: float, hidden: List[Tensor], weights: Tensor, high: float, scale: int) -> Tensor:
        # The velocities under all conditions, weighted; before guidance sets in, that under the first one.
        # Ho and Salimans, "Classifier-free diffusion guidance", 2022; Kynkäänniemi et al., "Applying
        # guidance in a limited interval", 2024. x: float64 [sample, slot, token]; hidden: of each
        # condition, [sample, slot, width]; weights: [condition] -> float64
        n = len(hidden) if t <= high else 1
        time = torch.full([n * x.size(0)], t, dtype=torch.float32, device=x.device)
        v = self.velocity(x.to(torch.float32).repeat([n, 1, 1]), time, torch.cat(hidden[:n]), scale)
        if n > 1:
            v = (v.view(n, x.size(0), x.size(1), x.size(2)) * weights.view(n, 1, 1, 1)).sum(0)
        return v.to(torch.float64)

    def integrate(self, noise: Tensor, hidden: List[Tensor], weights: Tensor, times: Tensor, high: float,
                  order: int, scale: int) -> Tensor:
        # Along the flow, in double precision. order: 1 Euler, 2 midpoint, 3 Heun's trapezoid, 4 the classical
        # method of Runge and Kutta -> float32 [sample, slot, token]
        x = noise.to(torch.float64)
        for i in range(times.size(0) - 1):
            t, end = float(times[i]), float(times[i + 1])
            h = end - t
            v = self.guided(x, t, hidden, weights, high, scale)
            if order == 2:
                v = self.guided(x + v * (h / 2), t + h / 2, hidden, weights, high, scale)
            elif order == 3:
                v = (v + self.guided(x + v * h, end, hidden, weights, high, scale)) / 2
            elif order == 4:
                v2 = self.guided(x + v * (h / 2), t + h / 2, hidden, weights, high, scale)
                v3 = self.guided(x + v2 * (h / 2), t + h / 2, hidden, weights, high, scale)
                v4 = self.guided(x + v3 * h, end, hidden, weights, high, scale)
                v = (v + 2 * v2 + 2 * v3 + v4) / 6
            x = x + v * h
        return x.to(torch.float32)

    def sample(self, noise: Tensor, hidden: List[Tensor], weights: Tensor, steps: int, high: float,
               order: int, scale: int) -> Tensor:
        return self.integrate(noise, hidden, weights, self.times(steps), high, order, scale)

    # The loss

    def errors(self, hidden: Tensor, tokens: Tensor, t: Tensor, noise: Tensor) -> Tensor:
        # Mean squared error of the velocity of each slot. hidden: [sample, slot, width];
        # tokens, noise: [sample, slot, token]; t: [sample, slot], with attention that of a scale's first
        # slot counts -> [sample, slot]
        b, n, d = tokens.size()
        if not self.attends:
            return self.errors_at(hidden.reshape(b * n, 1, -1), tokens.reshape(b * n, 1, d), t.reshape(b * n),
                                  noise.reshape(b * n, 1, d), 0).view(b, n)
        errors: List[Tensor] = []
        for k in range(len(self.bounds) - 1):
            i, j = self.bounds[k], self.bounds[k + 1]
            errors.append(self.errors_at(hidden[:, i:j], tokens[:, i:j], t[:, i], noise[:, i:j], k))
        return torch.cat(errors, 1)

    def errors_at(self, hidden: Tensor, tokens: Tensor, t: Tensor, noise: Tensor, scale: int) -> Tensor:
        # [row, slot, …], t: [row] -> [row, slot]
        at = t.view(-1, 1, 1)
        x = (1 - at) * tokens + at * noise
        return torch.pow(self.velocity(x, t, hidden, scale) - (noise - tokens), 2).mean(-1)

    def loss(self, hidden: Tensor, tokens: Tensor, weight: Optional[Tensor], t: Tensor, noise: Tensor) -> Tensor:
        # hidden: [sample, slot, width], tokens: [sample, slot, token], weight: [sample, slot],
        # t: [sample, slot, 1], noise: [sample, slot, token] -> scalar: the mean over the slots of the finest
        # scale, plus those of the coarser ones by their number
        errors = self.errors(hidden, tokens, t.squeeze(2), noise)
        scales = self.bounds[-1] / (self.bounds[-1] - self.bounds[-2])
        if weight is not None:
            return (errors * weight).sum() / weight.sum() * scales
        return errors.mean() * scales
