class Mamba(Module):
    """A stack of selective state spaces over the tokens of a text, one after the other."""
    # Gu and Dao, "Mamba: linear-time sequence modeling with selective state spaces", 2023. The state
    # after token i predicts slot i + 1; nothing predicts slot 0. What is carried from token to token:
    # conv, the last inputs of each layer's convolution, the oldest first [layer, row, inner, d_conv];
    # ssm, the state of each layer [layer, row, inner, d_state].
    n_layer: int
    d_state: int
    dt_rank: int
    eps: float
    embedding: Tensor               # [vocabulary, width]
    norm_w: List[Tensor]            # [width]
    in_w: List[Matrix]              # [2 · inner, width]: x, then its gate
    in_b: Optional[List[Tensor]]
    conv_w: List[Tensor]            # [inner, d_conv]; the last tap is the token itself
    conv_b: Optional[List[Tensor]]
    x_w: List[Matrix]               # [dt_rank + 2 · d_state, inner]: dt, B, C
    dt_w: List[Matrix]              # [inner, dt_rank]
    dt_b: List[Tensor]
    a_log: List[Tensor]             # [inner, d_state]
    d: List[Tensor]                 # [inner]
    out_w: List[Matrix]             # [width, inner]
    out_b: Optional[List[Tensor]]
    final_w: Tensor                 # [width]

    def of(self, biases: Optional[List[Tensor]], i: int) -> Optional[Tensor]:
        if biases is None:
            return None
        return biases[i]

    def scan(self, dt: Tensor, x: Tensor, a: Tensor, b: Tensor, c: Tensor, h: Tensor,
             keep: Tensor) -> Tuple[Tensor, Tensor]:
        # h_t = exp(dt_t A) h_(t-1) + dt_t B_t x_t, y_t = C_t h_t: equation 2 of the paper with B
        # discretised by Euler's rule, as its code does it. dt, x: [row, n, inner]; a: [inner, state];
        # b, c: [row, n, state]; h: [row, inner, state]; keep: [row], 0 to n
        # -> y [row, n, inner], and the states after keep tokens [row, inner, state].
        # In pieces, so that what is laid out for all tokens of a piece stays in the cache.
        n = x.size(1)
        piece = 32
        driven = dt * x
        kept = h
        ys: List[Tensor] = []
        for start in range(0, n, piece):
            end = min(start + piece, n)
            decay = torch.exp(dt[:, start:end].unsqueeze(3) * a)
            drive = driven[:, start:end].unsqueeze(3) * b[:, start:end].unsqueeze(2)
            hs: List[Tensor] = []
            for t in range(end - start):
                h = torch.addcmul(drive[:, t], decay[:, t], h)
                hs.append(h)
            states = torch.stack(hs, 1)
            ys.append(torch.matmul(states, c[:, start:end].unsqueeze(3)).squeeze(3))
            index = torch.clamp(keep - start - 1, 0, end - start - 1)
            picked = states[torch.arange(x.size(0), device=x.device), index]
            kept = torch.where((keep > start).view(-1, 1, 1), picked, kept)
        return torch.cat(ys, 1), kept

    def mixer(self, u: Tensor, i: int, conv: Tensor, ssm: Tensor,
              keep: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        # u: [row, n, width]; conv: [row, inner, d_conv]; ssm: [row, inner, state]
        # -> y [row, n, width], and conv and ssm after keep tokens
        n = u.size(1)
        d_conv = conv.size(2)
        x, gate = torch.linear(u, self.in_w[i], self.of(self.in_b, i)).chunk(2, -1)
        inputs = torch.cat([conv.to(x.dtype), x.transpose(1, 2)], 2)
        w = self.conv_w[i].unsqueeze(1)
        x = torch.conv1d(inputs[:, :, 1:], w, self.of(self.conv_b, i), groups=w.size(0))
        x = torch.silu(x.transpose(1, 2))
        dt, b, c = torch.linear(x, self.x_w[i]).split_with_sizes([self.dt_rank, self.d_state, self.d_state], -1)
        # The recurrence in float32, whatever the rest is in
        dt = torch.softplus(torch.linear(dt, self.dt_w[i], self.dt_b[i]).to(torch.float32))
        a = -torch.exp(self.a_log[i].to(torch.float32))
        wide = x.to(torch.float32)
        y, ssm = self.scan(dt, wide, a, b.to(torch.float32), c.to(torch.float32), ssm, keep)
        y = (y + self.d[i] * wide).to(u.dtype) * torch.silu(gate)
        last = keep.unsqueeze(1) + torch.arange(d_conv, device=u.device)
        conv = torch.gather(inputs, 2, last.unsqueeze(1).expand([-1, inputs.size(1), -1]))
        return torch.linear(y, self.out_w[i], self.of(self.out_b, i)), conv, ssm

    def layers(self, ids: Tensor, conv: Optional[Tensor], ssm: Optional[Tensor], keep: Tensor) -> Tensor:
        # ids: [row, n] -> the states after each token [row, n, width]; conv and ssm, where they are
        # given, go on to what they are after the first keep tokens
        row = ids.size(0)
        inner, d_conv = self.conv_w[0].size()
        x = torch.embedding(self.embedding, ids)
        for i in range(self.n_layer):
            h = self.rms_norm(x, self.norm_w[i], self.eps)
            if conv is not None and ssm is not None:
                y, conv_i, ssm_i = self.mixer(h, i, conv[i], ssm[i], keep)
                conv[i] = conv_i
                ssm[i] = ssm_i
            else:
                nothing = torch.zeros([row, inner, d_conv + self.d_state], device=ids.device)
                y, _, _ = self.mixer(h, i, nothing[:, :, :d_conv], nothing[:, :, d_conv:], keep)
            x = x + y
        return self.rms_norm(x, self.final_w, self.eps).to(torch.float32)

    def teach(self, ids: Tensor) -> Tensor:
        # ids: [sample, slot] -> the states that predict the slots [sample, slot, width]; that of slot 0
        # says nothing
        nothing = torch.zeros([ids.size(0), 1, self.embedding.size(1)], device=ids.device)
        if ids.size(1) == 1:
            return nothing
        keep = torch.zeros([ids.size(0)], dtype=torch.int64, device=ids.device)
        return torch.cat([nothing, self.layers(ids[:, :-1], None, None, keep)], 1)

    def step(self, ids: Tensor, keep: Tensor, last: Tensor, conv: Tensor, ssm: Tensor) -> Tensor:
        # Goes on by n tokens, ids [row, n], of which each row keeps its first keep [row], 0 to n.
        # last: [row, width], the states after the tokens before these -> with them, the states that
        # predict the slots of these tokens and the one after them [row, n + 1, width]
        states = last.unsqueeze(1).clone()
        if ids.size(1) > 0:
            states = torch.cat([states, self.layers(ids, conv, ssm, keep)], 1)
            last[:] = states[torch.arange(ids.size(0), device=ids.device), keep]
        return states

    def states(self, ids: Tensor) -> Tuple[Tensor, Tensor]:
        # What is carried on after ids [row, n] -> conv, ssm
        row, n = ids.size()
        inner, d_conv = self.conv_w[0].size()
        conv = torch.zeros([self.n_layer, row, inner, d_conv], device=ids.device)
        ssm = torch.zeros([self.n_layer, row, inner, self.d_state], device=ids.device)
        self.layers(ids, conv, ssm, torch.full([row], n, dtype=torch.int64, device=ids.device))
        return conv, ssm
