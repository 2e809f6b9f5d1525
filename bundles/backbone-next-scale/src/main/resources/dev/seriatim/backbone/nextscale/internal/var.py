class Var(Module):
    """A transformer over a pyramid of scales: a token sees its own scale and all coarser ones."""
    # Tian et al., "Visual autoregressive modeling: scalable image generation via next-scale prediction",
    # 2024. The input of scale 0 is the condition, that of a later scale what the tokenizer makes of all
    # coarser ones.
    n_layer: int
    n_head: int
    eps: float
    bounds: List[int]               # first slot of each scale, then the number of slots
    word_w: Matrix                  # [width, feature]
    word_b: Tensor
    condition: Tensor               # [label + 1, width]; the last row is "no condition"
    start: Tensor                   # [slot of scale 0, width]
    position: Tensor                # [slot, width]
    level: Tensor                   # [scale, width]
    qkv_w: List[Matrix]             # [3 · width, width]
    q_b: List[Tensor]               # [width]; keys have no bias
    v_b: List[Tensor]
    sharpness: Optional[List[Tensor]]   # [head], logarithm of the factor on cosines; None: products
    proj_w: List[Matrix]            # [width, width]
    proj_b: List[Tensor]
    fc_w: List[Matrix]              # [mlp, width]
    fc_b: List[Tensor]
    out_w: List[Matrix]             # [width, mlp]
    out_b: List[Tensor]
    ada_w: Optional[List[Tensor]]   # of each block: [6 · width, width]
    ada_b: Optional[List[Tensor]]
    shared_ada_w: Optional[Tensor]  # of all blocks: [6 · width, width]
    shared_ada_b: Optional[Tensor]
    ada: Optional[List[Tensor]]     # what each block adds to the shared modulation: [6, width]
    final_ada_w: Matrix             # [2 · width, width]
    final_ada_b: Tensor

    def scale_of(self, first: int, end: int) -> Tensor:
        # The scale of each slot of some scales: [slot]
        scales = [torch.full([self.bounds[k + 1] - self.bounds[k]], k, dtype=torch.int64) for k in range(first, end)]
        return torch.cat(scales).to(self.position.device)

    def seen(self, first: int, end: int) -> Optional[Tensor]:
        # Which slots (columns) each slot of the scales from first on (rows) sees; None for all
        if end - first == 1:
            return None
        return self.scale_of(0, end).unsqueeze(0) <= self.scale_of(first, end).unsqueeze(1)

    def embed(self, features: Optional[Tensor], labels: Tensor, first: int, end: int) -> Tensor:
        # Inputs of some scales. features: [row, slot of these scales but scale 0, feature], labels: [row]
        # -> [row, slot of these scales, width]
        inputs: List[Tensor] = []
        if first == 0:
            inputs.append(torch.embedding(self.condition, labels).unsqueeze(1) + self.start)
        if features is not None:
            inputs.append(torch.linear(features.to(self.word_w.dtype), self.word_w, self.word_b))
        x = torch.cat(inputs, 1) + torch.embedding(self.level, self.scale_of(first, end))
        return x + self.position[self.bounds[first]:self.bounds[end]]

    def modulation(self, labels: Tensor) -> Tensor:
        # Of each block, in the order gate 1, gate 2, scale 1, scale 2, shift 1, shift 2, where 1 is the
        # attention and 2 the feed-forward layer: [layer, row, 1, 6, width]
        c = torch.silu(torch.embedding(self.condition, labels))
        ws, bs, w, b, ada = self.ada_w, self.ada_b, self.shared_ada_w, self.shared_ada_b, self.ada
        size = [self.n_layer, c.size(0), 1, 6, c.size(1)]
        if ws is not None and bs is not None:
            return torch.stack([torch.linear(c, ws[i], bs[i]) for i in range(self.n_layer)]).view(size)
        assert w is not None and b is not None and ada is not None
        return torch.linear(c, w, b).view(size[1:]) + torch.stack(ada).view(self.n_layer, 1, 1, 6, -1)

    def final_modulation(self, labels: Tensor) -> Tensor:
        # Scale and shift before the head: [row, 1, 2, width]
        c = torch.silu(torch.embedding(self.condition, labels))
        return torch.linear(c, self.final_ada_w, self.final_ada_b).view(c.size(0), 1, 2, -1)

    def attention(self, x: Tensor, i: int, cache: Optional[Tensor], past: int, seen: Optional[Tensor]) -> Tensor:
        # By cosine, Henry et al., "Query-key normalization for transformers", 2020, or by products
        n = x.size(1)
        bias = torch.cat([self.q_b[i], torch.zeros_like(self.q_b[i]), self.v_b[i]])
        q, k, v = self.split_qkv(torch.linear(x, self.qkv_w[i], bias), self.n_head)
        sharpness = self.sharpness
        if sharpness is not None:
            factor = torch.exp(torch.clamp(sharpness[i], max=4.605170185988092)).view(1, -1, 1, 1)
            q, k = self.unit(q) * factor, self.unit(k)
        else:
            q = q * (0.25 * q.size(3) ** -0.5)
        if cache is not None:
            cache[i, 0, :, :, past:past + n] = k
            cache[i, 1, :, :, past:past + n] = v
            k = cache[i, 0, :, :, :past + n]
            v = cache[i, 1, :, :, :past + n]
        x = self.merge(torch.scaled_dot_product_attention(q, k, v, attn_mask=seen, scale=1.0))
        return torch.linear(x, self.proj_w[i], self.proj_b[i])

    def block(self, x: Tensor, modulation: Tensor, i: int, cache: Optional[Tensor], past: int,
              seen: Optional[Tensor]) -> Tensor:
        gate1, gate2, scale1, scale2, shift1, shift2 = modulation[i].unbind(2)
        h = self.modulate(self.norm(x, None, None, self.eps), scale1, shift1)
        x = x + gate1 * self.attention(h, i, cache, past, seen)
        h = self.modulate(self.norm(x, None, None, self.eps), scale2, shift2)
        h = torch.gelu(torch.linear(h, self.fc_w[i], self.fc_b[i]), approximate="tanh")
        return x + gate2 * torch.linear(h, self.out_w[i], self.out_b[i])

    def blocks(self, x: Tensor, modulation: Tensor, n: int, cache: Optional[Tensor], first: int, end: int) -> Tensor:
        # The first n blocks on some scales; those before are in the cache.
        # x: [row, slot of these scales, width]
        seen = self.seen(first, end)
        for i in range(n):
            x = self.block(x, modulation, i, cache, self.bounds[first], seen)
        return x

    def final(self, x: Tensor, modulation: Tensor) -> Tensor:
        scale, shift = modulation.unbind(2)
        return self.modulate(self.norm(x, None, None, self.eps), scale, shift).to(torch.float32)

    def teach(self, features: Tensor, labels: Tensor) -> Tensor:
        # features: [sample, slot from scale 1 on, feature], labels: [sample] -> [sample, slot, width]
        n = len(self.bounds) - 1
        x = self.embed(features, labels, 0, n)
        x = self.blocks(x, self.modulation(labels), self.n_layer, None, 0, n)
        return self.final(x, self.final_modulation(labels))

    def state(self, labels: Tensor) -> List[Tensor]:
        # What a request keeps: room for keys and values, [layer, key or value, row, head, slot, head width],
        # and the modulations, which are the same in every step
        size = [self.n_layer, 2, labels.size(0), self.n_head, self.bounds[-1], self.position.size(1) // self.n_head]
        cache = torch.zeros(size, dtype=self.position.dtype, device=self.position.device)
        return [cache, self.modulation(labels), self.final_modulation(labels)]

    def step(self, features: Optional[Tensor], labels: Tensor, state: List[Tensor], first: int, end: int) -> Tensor:
        # Takes in scales first .. end - 1; those before are in the cache -> the states of the last one
        cache, modulation, final_modulation = state[0], state[1], state[2]
        x = self.embed(features, labels, first, end)
        x = self.blocks(x, modulation, self.n_layer, cache, first, end)
        return self.final(x[:, self.bounds[end - 1] - self.bounds[first]:], final_modulation)
