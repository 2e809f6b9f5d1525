class Llama(Module):
    """A pre-norm transformer with rotary positions, grouped keys and gated feed-forward layers."""
    # Touvron et al., "LLaMA: open and efficient foundation language models", 2023. Input i is the token
    # of slot i, or the mask where it is not known. Inputs see all inputs of their own block and of the
    # blocks before it: blocks of one input make it causal, one block of all bidirectional.
    # Parts of a table are [cos, sin] of each pair of a head: [input, head width / 2, 2].
    n_layer: int
    n_head: int
    n_key: int                      # heads of keys and values, each shared by n_head / n_key queries
    block: int                      # inputs of a block; 0 when all are one block
    shift: bool                     # whether the state at an input predicts the slot after it, not its own
    mask: int                       # id of the mask; -1 where there is none. With blocks of one input,
                                    # what is known is put first, and the state at an input predicts its own slot
    norm_eps: float
    rotary_base: float
    rotary_halves: bool             # pairs are (i, i + d / 2) instead of (2i, 2i + 1)
    rotary_scaling: int             # of the frequencies: 0 none, 1 linear, 2 by wavelength, 3 YaRN
    rotary_factor: float
    rotary_slow: float
    rotary_fast: float
    rotary_context: float           # positions that the network was trained on before scaling
    rotary_magnitude: float         # of cos and sin
    token: Tensor                   # [vocabulary, width]
    attn_norm: List[Tensor]         # [width]
    qkv: List[Matrix]               # [(n_head + 2 · n_key) · head width, width], rows of q, k, v
    qkv_b: Optional[List[Tensor]]
    q_norm: Optional[List[Tensor]]  # [head width]
    k_norm: Optional[List[Tensor]]
    proj: List[Matrix]              # [width, n_head · head width]
    proj_b: Optional[List[Tensor]]
    mlp_norm: List[Tensor]          # [width]
    gate: List[Matrix]              # [mlp, width]
    up: List[Matrix]                # [mlp, width]
    down: List[Matrix]              # [width, mlp]
    norm_w: Tensor                  # [width]

    def head_width(self) -> int:
        return self.proj[0].size(1) // self.n_head

    def bias(self, biases: Optional[List[Tensor]], i: int) -> Optional[Tensor]:
        if biases is None:
            return None
        return biases[i]

    def rotary_pace(self) -> Tensor:
        # Angle of each pair at position 1 -> float32 [head width / 2]
        pace = self.rotary_frequencies(self.rotary_base, self.head_width(), self.token)
        if self.rotary_scaling == 1:
            return pace / self.rotary_factor
        if self.rotary_scaling == 2:
            return self.rotary_by_wavelength(pace, self.rotary_factor, self.rotary_slow, self.rotary_fast,
                                             self.rotary_context)
        if self.rotary_scaling == 3:
            return self.rotary_yarn(pace, self.rotary_base, self.rotary_factor, self.rotary_slow,
                                    self.rotary_fast, self.rotary_context)
        return pace

    def rotary_table(self, n: int) -> Tensor:
        # The first n positions -> float32 [n, head width / 2, (cos, sin)]
        position = torch.arange(n, dtype=torch.float32, device=self.token.device)
        turns = torch.outer(position, self.rotary_pace())
        return torch.stack([torch.cos(turns), torch.sin(turns)], -1) * self.rotary_magnitude

    def turned(self, x: Tensor, table: Tensor) -> Tensor:
        # x: [row, head, n, head width], turned in float32
        wide = x.to(torch.float32)
        y = self.rotate_halves(wide, table) if self.rotary_halves else self.rotate(wide, table)
        return y.to(x.dtype)

    def seen(self, n: int, past: int, x: Tensor) -> Tensor:
        # bool [n, past + n]: which inputs those from past on see, by their blocks
        key = torch.arange(past + n, device=x.device) // self.block
        return key.unsqueeze(0) <= key[past:].unsqueeze(1)

    def grouped(self, q: Tensor, k: Tensor, v: Tensor, seen: Optional[Tensor], causal: bool) -> Tensor:
        # q: [row, head, n, d]; k, v: [row, key head, m, d]; seen: bool, broadcast to [row, head, n, m],
        # None where all are seen, or where causal says it -> [row, n, head · d]. Keys are not repeated.
        group = self.n_head // self.n_key
        row, _, n, d = q.size()
        if group == 1:
            a = torch.scaled_dot_product_attention(q, k, v, attn_mask=seen, is_causal=causal)
            return self.merge(a)
        if n == 1 and seen is None:
            a = self.attend(q.reshape(row, self.n_key, group, d), k, v, None)
            return a.reshape(row, 1, self.n_head * d)
        q = q.view(row, self.n_key, group, n, d)
        each = [torch.scaled_dot_product_attention(q[:, :, g], k, v, attn_mask=seen, is_causal=causal)
                for g in range(group)]
        return self.merge(torch.stack(each, 2).flatten(1, 2))

    def attention(self, h: Tensor, i: int, table: Tensor, seen: Optional[Tensor], causal: bool,
                  cache: Optional[Tensor], past: int, first: Optional[Tensor]) -> Tensor:
        # h: [row, n, width], inputs past .. past + n - 1; table: theirs; seen, causal: as in grouped,
        # of inputs 0 .. past + n - 1; cache: [layer, key or value, row, key head, input, head width],
        # which keeps keys and values of these inputs and has those of the inputs before them. With
        # first, int64 [row], they are inputs first[row] .. first[row] + n - 1 of each row, none of
        # them after past + n - 1.
        n = h.size(1)
        d = self.head_width()
        q_norm, k_norm = self.q_norm, self.k_norm
        qkv = torch.linear(h, self.qkv[i], self.bias(self.qkv_b, i))
        q, k, v = qkv.split_with_sizes([self.n_head * d, self.n_key * d, self.n_key * d], -1)
        q, k, v = self.heads(q, self.n_head), self.heads(k, self.n_key), self.heads(v, self.n_key)
        if q_norm is not None and k_norm is not None:
            # Of each head: Yang et al., "Qwen3 technical report", 2025
            q = self.rms_norm(q, q_norm[i], self.norm_eps)
            k = self.rms_norm(k, k_norm[i], self.norm_eps)
        q, k = self.turned(q, table), self.turned(k, table)
        if cache is not None:
            end = past + n
            keys, values = cache[i, 0], cache[i, 1]
            if first is None:
                keys[:, :, past:end] = k
                values[:, :, past:end] = v
            else:
                index = (first.unsqueeze(1) + torch.arange(n, device=h.device)).view(-1, 1, n, 1)
                keys.scatter_(2, index.expand(k.size()), k)
                values.scatter_(2, index.expand(v.size()), v)
            k, v = keys[:, :, :end], values[:, :, :end]
        a = self.grouped(q, k, v, seen, causal)
        return torch.linear(a, self.proj[i], self.bias(self.proj_b, i))

    def layer(self, x: Tensor, i: int, table: Tensor, seen: Optional[Tensor], causal: bool,
              cache: Optional[Tensor], past: int, first: Optional[Tensor]) -> Tensor:
        # As attention; [row, n, width] -> [row, n, width]
        h = self.rms_norm(x, self.attn_norm[i], self.norm_eps)
        x = x + self.attention(h, i, table, seen, causal, cache, past, first)
        h = self.rms_norm(x, self.mlp_norm[i], self.norm_eps)
        return x + self.swiglu(h, self.gate[i], self.up[i], self.down[i])

    def layers(self, x: Tensor, table: Tensor, seen: Optional[Tensor], causal: bool,
               cache: Optional[Tensor], past: int, first: Optional[Tensor]) -> Tensor:
        for i in range(self.n_layer):
            x = self.layer(x, i, table, seen, causal, cache, past, first)
        return self.rms_norm(x, self.norm_w, self.norm_eps).to(torch.float32)

    def empty_cache(self, rows: int, inputs: int) -> Tensor:
        # [layer, key or value, row, key head, input, head width]
        return torch.zeros([self.n_layer, 2, rows, self.n_key, inputs, self.head_width()],
                           dtype=self.token.dtype, device=self.token.device)

    def embed(self, ids: Tensor) -> Tensor:
        # [row, n, 1] -> [row, n, width]
        return torch.embedding(self.token, ids.squeeze(2))

    def step(self, ids: Tensor, table: Tensor, cache: Tensor, past: int) -> Tensor:
        # Causal. ids: [row, n, 1], of slots past .. past + n - 1 -> states [row, n, width]
        n = ids.size(1)
        seen: Optional[Tensor] = None
        if past > 0 and n > 1:
            seen = self.causal(n, past, ids)
        return self.layers(self.embed(ids), table[past:past + n], seen, past == 0 and n > 1, cache, past, None)

    def ragged(self, ids: Tensor, first: Tensor, table: Tensor, cache: Tensor, end: int) -> Tensor:
        # Causal. ids: [row, n, 1], of slots first[row] .. first[row] + n - 1, none of them after slot
        # end - 1 -> states [row, n, width]
        n = ids.size(1)
        slot = first.unsqueeze(1) + torch.arange(n, device=ids.device)
        seen = torch.arange(end, device=ids.device) <= slot.view(-1, 1, n, 1)
        return self.layers(self.embed(ids), table[slot].unsqueeze(1), seen, False, cache, end - n, first)

    def predict(self, ids: Tensor, present: Optional[Tensor], table: Tensor, cache: Optional[Tensor],
                past: int, slots: Tensor) -> Tensor:
        # In blocks. ids: [row, n, 1], of slots past .. past + n - 1, the mask where they are not known;
        # past: where a block begins; present: bool [row, past + n], None where all slots exist;
        # slots: [row, m], those to predict -> states [row, m, width]
        n = ids.size(1)
        seen: Optional[Tensor] = None
        if self.block > 0 and n > self.block:
            seen = self.seen(n, past, ids)
        if present is not None:
            # What does not exist is not seen. Where nothing is, an input sees itself, so that no row
            # of the softmax is empty.
            itself = torch.eye(n, past + n, dtype=torch.bool, device=ids.device).roll([past], [1])
            others = present.unsqueeze(1)
            others = others if seen is None else seen & others
            seen = (others | (itself & ~others.any(-1, True))).unsqueeze(1)
        states = self.layers(self.embed(ids), table[past:past + n], seen, False, cache, past, None)
        index = torch.clamp(slots - 1, min=0) if self.shift else slots
        return torch.gather(states, 1, (index - past).unsqueeze(2).expand([-1, -1, states.size(2)]))

    def reordered(self, ids: Tensor, slots: Tensor, table: Tensor, cache: Optional[Tensor], past: int,
                  index: Tensor) -> Tensor:
        # Causal over inputs in any order, which keep the positions of their slots (Liu et al., "WeDLM",
        # 2025). ids: [row, n, 1], the mask where they are not known; slots: [row, n]; index: [row, m],
        # inputs to predict -> states [row, m, width]
        seen: Optional[Tensor] = None
        if past > 0:
            seen = self.causal(ids.size(1), past, ids)
        turns = table[slots].unsqueeze(1)
        states = self.layers(self.embed(ids), turns, seen, past == 0, cache, past, None)
        return torch.gather(states, 1, index.unsqueeze(2).expand([-1, -1, states.size(2)]))

    def teach_reordered(self, ids: Tensor, levels: Optional[Tensor], table: Tensor) -> Tensor:
        # As teach: what is known first, then the masks, each in the order of their slots
        sample, n, _ = ids.size()
        slot = torch.arange(n, device=ids.device).expand([sample, n])
        known = torch.zeros_like(slot) if levels is None else (levels >= 1).to(torch.int64)
        shown = torch.where(known.unsqueeze(2) == 1, ids, torch.full_like(ids, self.mask))
        order = torch.argsort(slot - n * known, 1)
        return self.reordered(torch.gather(shown, 1, order.unsqueeze(2)), order, table, None, 0,
                              torch.argsort(order, 1))

    def teach(self, ids: Tensor, levels: Optional[Tensor]) -> Tensor:
        # ids: [sample, slot, 1]; levels: [sample, slot], how much of each is known, None for nothing;
        # a causal network knows what comes before -> states that predict the slots [sample, slot, width]
        sample, n, _ = ids.size()
        table = self.rotary_table(n)
        if self.block == 1 and self.mask >= 0:
            return self.teach_reordered(ids, levels, table)
        if self.block == 1:
            # Nothing precedes slot 0: its state says nothing.
            nothing = torch.zeros([sample, 1, self.token.size(1)], device=ids.device)
            if n == 1:
                return nothing
            states = self.layers(self.embed(ids[:, :-1]), table[:-1], None, True, None, 0, None)
            return torch.cat([nothing, states], 1)
        shown = torch.full_like(ids, self.mask)
        if levels is not None:
            shown = torch.where(levels.unsqueeze(2) >= 1, ids, shown)
        if self.block == 0:
            states = self.layers(self.embed(shown), table, None, False, None, 0, None)
            return torch.cat([states[:, :1], states[:, :-1]], 1) if self.shift else states
        # What is shown of a block sees the block itself and the truth of those before it: Arriola et
        # al., "Block diffusion", 2025, section 3 and appendix B.6.
        key = torch.arange(n, device=ids.device) // self.block
        same, before = key.unsqueeze(1) == key.unsqueeze(0), key.unsqueeze(1) > key.unsqueeze(0)
        seen = torch.cat([torch.cat([same, before], 1),
                          torch.cat([torch.zeros_like(same), same | before], 1)])
        x = self.embed(torch.cat([shown, ids], 1))
        return self.layers(x, table.repeat([2, 1, 1]), seen, False, None, 0, None)[:, :n]
