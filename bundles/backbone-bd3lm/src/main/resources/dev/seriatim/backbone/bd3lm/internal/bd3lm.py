class BlockDiffusion(Module):
    """A transformer that denoises masked tokens block by block."""
    # Arriola et al., "Block diffusion: interpolating between autoregressive and diffusion language
    # models", 2025; the network is that of Peebles and Xie, "Scalable diffusion models with
    # transformers", 2023. The state at a slot predicts that slot.
    n_layer: int
    n_head: int
    block: int                  # slots of a block
    mask: int                   # id that stands for an unknown slot
    timed: bool                 # whether the network is told the time; it is told 0 otherwise
    embedding: Tensor           # [vocabulary, width]
    noise1_w: Matrix            # [condition, frequency]
    noise1_b: Tensor
    noise2_w: Matrix            # [condition, condition]
    noise2_b: Tensor
    norm1_w: List[Tensor]       # [width]
    qkv_w: List[Matrix]         # [3 · width, width]
    proj_w: List[Matrix]        # [width, width]
    norm2_w: List[Tensor]
    fc_w: List[Matrix]          # [mlp, width]
    fc_b: List[Tensor]
    out_w: List[Matrix]         # [width, mlp]
    out_b: List[Tensor]
    adaln_w: List[Matrix]       # [6 · width, condition]
    adaln_b: List[Tensor]
    norm_w: Tensor              # [width]
    final_w: Matrix             # [2 · width, condition]
    final_b: Tensor

    def noise(self, rate: Tensor) -> Tensor:
        # Of slots that are unknown with probability rate, [row, slot]: sigma = -log(1 - rate), at most
        # that of a rate of 0.999; one for each row -> [row]
        sigma = -torch.log1p(-torch.clamp(rate, max=0.999)).mean(-1)
        return sigma if self.timed else torch.zeros_like(sigma)

    def condition(self, sigma: Tensor) -> Tensor:
        # [row] -> [row, condition]
        c = self.sinusoid(sigma, self.noise1_w.size(1)).to(self.noise1_w.dtype)
        c = torch.linear(c, self.noise1_w, self.noise1_b)
        return torch.silu(torch.linear(torch.silu(c), self.noise2_w, self.noise2_b))

    def rotary_table(self, n: int) -> Tensor:
        # The first n positions -> float32 [n, head width / 2, (cos, sin)]
        frequencies = self.rotary_frequencies(10000.0, self.embedding.size(1) // self.n_head, self.embedding)
        position = torch.arange(n, dtype=torch.float32, device=self.embedding.device)
        turns = torch.outer(position, frequencies)
        return torch.stack([torch.cos(turns), torch.sin(turns)], -1)

    def block_causal(self, n: int, past: int) -> Tensor:
        # bool [n, past + n]: slot past + i sees its own block and those before it
        block = torch.arange(past + n, device=self.embedding.device) // self.block
        return block.unsqueeze(0) <= block[past:].unsqueeze(1)

    def denoising(self, n: int) -> Tensor:
        # bool [2 · n, 2 · n]: noisy slots, then clean ones. A noisy block sees itself and the clean
        # blocks before it; clean blocks see clean ones.
        clean = self.block_causal(n, 0)
        before = ~clean.transpose(0, 1)
        same = clean & ~before
        noisy = torch.cat([same, before], 1)
        return torch.cat([noisy, torch.cat([torch.zeros_like(clean), clean], 1)])

    def layer(self, x: Tensor, c: Tensor, i: int, table: Tensor, seen: Optional[Tensor],
              cache: Optional[Tensor], past: int) -> Tensor:
        # x: [row, n, width]; c: [row, 1, condition]; seen: as in attend;
        # cache: [layer, key or value, row, head, slot, head width]
        m = torch.linear(c, self.adaln_w[i], self.adaln_b[i])
        shift1, scale1, gate1, shift2, scale2, gate2 = m.chunk(6, -1)
        h = self.modulate(self.norm(x, self.norm1_w[i], None, 1e-5), scale1, shift1)
        q, k, v = self.split_qkv(torch.linear(h, self.qkv_w[i]), self.n_head)
        q, k = self.rotate_halves(q, table), self.rotate_halves(k, table)
        if cache is not None:
            end = past + x.size(1)
            keys, values = cache[i, 0], cache[i, 1]
            keys[:, :, past:end] = k
            values[:, :, past:end] = v
            k, v = keys[:, :, :end].to(q.dtype), values[:, :, :end].to(q.dtype)
        a = self.merge(self.attend(q, k, v, seen))
        x = x + gate1 * torch.linear(a, self.proj_w[i])
        h = self.modulate(self.norm(x, self.norm2_w[i], None, 1e-5), scale2, shift2)
        h = torch.gelu(torch.linear(h, self.fc_w[i], self.fc_b[i]), approximate="tanh")
        return x + gate2 * torch.linear(h, self.out_w[i], self.out_b[i])

    def states(self, ids: Tensor, sigma: Tensor, table: Tensor, seen: Optional[Tensor],
               cache: Optional[Tensor], past: int) -> Tensor:
        # ids: [row, n]; sigma: [row] -> float32 [row, n, width]
        c = self.condition(sigma).unsqueeze(1)
        table = table.to(self.embedding.dtype)
        x = torch.embedding(self.embedding, ids)
        for i in range(self.n_layer):
            x = self.layer(x, c, i, table, seen, cache, past)
        shift, scale = torch.linear(c, self.final_w, self.final_b).chunk(2, -1)
        return self.modulate(self.norm(x, self.norm_w, None, 1e-5), scale, shift).to(torch.float32)

    def predict(self, ids: Tensor, present: Optional[Tensor], rate: float, cache: Tensor, past: int,
                slots: Tensor) -> Tensor:
        # ids: [row, n, 1], of slots past .. past + n - 1, whole blocks; present: bool [row, past + n],
        # None where all slots exist; slots: [row, m], those to predict -> [row, m, width]
        row, n, _ = ids.size()
        seen: Optional[Tensor] = None
        if n > self.block:
            seen = self.block_causal(n, past)
        if present is not None:
            # What does not exist sees itself, so that no row of the softmax is empty.
            itself = torch.eye(n, past + n, dtype=torch.bool, device=ids.device).roll([past], [1])
            others = present.unsqueeze(1)
            seen = (itself | (others if seen is None else seen & others)).unsqueeze(1)
        sigma = self.noise(torch.full([row, 1], rate, dtype=torch.float32, device=ids.device))
        x = self.states(ids.squeeze(2), sigma, self.rotary_table(past + n)[past:], seen, cache, past)
        return torch.gather(x, 1, (slots - past).unsqueeze(2).expand([-1, -1, x.size(2)]))

    def denoise(self, shown: Tensor, clean: Tensor, sigma: Tensor) -> Tensor:
        # shown, clean: [row, slot]; sigma: [row] -> states of what is shown [row, slot, width]
        n = clean.size(1)
        table = self.rotary_table(n).repeat([2, 1, 1])
        return self.states(torch.cat([shown, clean], 1), sigma, table, self.denoising(n), None, 0)[:, :n]

    def teach(self, ids: Tensor, levels: Optional[Tensor]) -> Tensor:
        # ids: [sample, slot, 1]; levels: [sample, slot], how much of each is shown, None for nothing
        # -> [sample, slot, width]
        clean = ids.squeeze(2)
        shown = torch.full_like(clean, self.mask)
        if levels is not None:
            shown = torch.where(levels >= 1, clean, shown)
        return self.denoise(shown, clean, torch.zeros([clean.size(0)], device=ids.device))
