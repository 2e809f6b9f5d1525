class FlowAr(Module):
    """FlowAR's encoder and decoder over a pyramid of scales: a token sees its own scale and all coarser ones."""
    # Ren et al., "FlowAR: scale-wise autoregressive image generation meets flow matching", 2024. The input
    # of scale 0 is the condition, that of a later scale the one before it, enlarged. Blocks are numbered
    # through encoder and decoder.
    n_encoder: int
    n_decoder: int
    encoder_heads: int
    decoder_heads: int
    span: float                     # length of a map's side in rotary positions, at every resolution
    eps: float
    rows: List[int]                 # of each scale
    columns: List[int]
    bounds: List[int]               # first slot of each scale, then the number of slots
    feature_w: Matrix               # [width, feature]
    feature_b: Tensor
    condition: Tensor               # [label + 1, width]; the last row is "no condition"
    input_norm_w: Tensor            # [width]
    encoder_position: Tensor        # [slot, width]
    encoder_norm_w: Tensor
    between_w: Matrix               # [width, width]
    between_b: Tensor
    decoder_position: Tensor        # [slot, width]
    decoder_norm_w: Tensor
    head_position: Tensor           # [slot, width]
    qkv_w: List[Matrix]             # [3 · width, width]
    qkv_b: List[Tensor]
    proj_w: List[Matrix]            # [width, width]
    proj_b: List[Tensor]
    gate_w: List[Matrix]            # [mlp, width]
    gate_b: List[Tensor]
    up_w: List[Matrix]              # [mlp, width]
    up_b: List[Tensor]
    down_w: List[Matrix]            # [width, mlp]
    down_b: List[Tensor]
    ada_w: List[Matrix]             # [6 · width, width]
    ada_b: List[Tensor]

    def scale_of(self, first: int, end: int) -> Tensor:
        # The scale of each slot of some scales: [slot]
        scales = [torch.full([self.bounds[k + 1] - self.bounds[k]], k, dtype=torch.int64) for k in range(first, end)]
        return torch.cat(scales).to(self.condition.device)

    def seen(self, first: int, end: int) -> Optional[Tensor]:
        # Which slots (columns) each slot of the scales from first on (rows) sees; None for all
        if end - first == 1:
            return None
        return self.scale_of(0, end).unsqueeze(0) <= self.scale_of(first, end).unsqueeze(1)

    def table(self, first: int, end: int, n_head: int) -> Tensor:
        # Rotary table of some scales: [slot of these scales, head width / 2, (cos, sin)]
        d = self.condition.size(1) // n_head
        return torch.cat([self.rotary_map(self.rows[k], self.columns[k], self.span, d, self.condition)
                          for k in range(first, end)]).to(self.condition.dtype)

    def frequencies(self) -> Tensor:
        # Angles of the encoder's pairs per unit of a row or a column: [head width / 4]
        return self.rotary_frequencies(10000.0, self.condition.size(1) // self.encoder_heads // 2, self.condition)

    def turned(self, x: Tensor, rows: int, columns: int) -> Tensor:
        # Queries or keys of a map, [row, head, slot of the map, head width], rotated
        return self.rotate(x, self.rotary_map(rows, columns, self.span, x.size(3), x))

    def embed(self, features: Optional[Tensor], labels: Tensor, first: int, end: int) -> Tensor:
        # Inputs of some scales. features: [row, slot of these scales but scale 0, feature], labels: [row]
        # -> [row, slot of these scales, width]
        inputs: List[Tensor] = []
        if first == 0:
            inputs.append(torch.embedding(self.condition, labels).unsqueeze(1).expand(-1, self.bounds[1], -1))
        if features is not None:
            inputs.append(torch.linear(features.to(self.feature_w.dtype), self.feature_w, self.feature_b))
        x = torch.cat(inputs, 1) + self.encoder_position[self.bounds[first]:self.bounds[end]]
        return self.rms_norm(x, self.input_norm_w, self.eps)

    def attention(self, x: Tensor, i: int, n_head: int, cache: Optional[Tensor], layer: int, past: int,
                  table: Tensor, seen: Optional[Tensor]) -> Tensor:
        n = x.size(1)
        q, k, v = self.split_qkv(torch.linear(x, self.qkv_w[i], self.qkv_b[i]), n_head)
        q, k = self.rotate(q, table), self.rotate(k, table)
        if cache is not None:
            cache[layer, 0, :, :, past:past + n] = k
            cache[layer, 1, :, :, past:past + n] = v
            k = cache[layer, 0, :, :, :past + n]
            v = cache[layer, 1, :, :, :past + n]
        return torch.linear(self.merge(self.attend(q, k, v, seen)), self.proj_w[i], self.proj_b[i])

    def feed_forward(self, x: Tensor, i: int) -> Tensor:
        gate = torch.gelu(torch.linear(x, self.gate_w[i], self.gate_b[i]))
        return torch.linear(gate * torch.linear(x, self.up_w[i], self.up_b[i]), self.down_w[i], self.down_b[i])

    def modulation(self, labels: Tensor) -> Tensor:
        # Of each block, in the order gate 1, gate 2, scale 1, scale 2, shift 1, shift 2, where 1 is the
        # attention and 2 the feed-forward layer: [layer, row, 1, 6, width]
        c = torch.silu(torch.embedding(self.condition, labels))
        each = [torch.linear(c, self.ada_w[i], self.ada_b[i]) for i in range(self.n_encoder + self.n_decoder)]
        return torch.stack(each).view(len(each), c.size(0), 1, 6, c.size(1))

    def blocks(self, x: Tensor, modulation: Tensor, encoder: bool, cache: Optional[Tensor], first: int, end: int) -> Tensor:
        # The encoder's or the decoder's blocks on some scales; those before are in the cache.
        # x: [row, slot of these scales, width]
        n_head = self.encoder_heads if encoder else self.decoder_heads
        start = 0 if encoder else self.n_encoder
        table = self.table(first, end, n_head)
        seen = self.seen(first, end)
        for layer in range(self.n_encoder if encoder else self.n_decoder):
            i = start + layer
            gate1, gate2, scale1, scale2, shift1, shift2 = modulation[i].unbind(2)
            h = self.modulate(self.rms_norm(x, None, self.eps), scale1, shift1)
            x = x + gate1 * self.attention(h, i, n_head, cache, layer, self.bounds[first], table, seen)
            h = self.modulate(self.rms_norm(x, None, self.eps), scale2, shift2)
            x = x + gate2 * self.feed_forward(h, i)
        return x

    def states(self, features: Optional[Tensor], labels: Tensor, modulation: Tensor, caches: List[Tensor],
               first: int, end: int) -> Tensor:
        # Scales first .. end - 1, those before being in the caches of encoder and decoder, if there are
        # caches -> [row, slot of these scales, width]
        encoder_cache: Optional[Tensor] = None
        decoder_cache: Optional[Tensor] = None
        if len(caches) > 0:
            encoder_cache, decoder_cache = caches[0], caches[1]
        a, b = self.bounds[first], self.bounds[end]
        x = self.embed(features, labels, first, end)
        x = self.blocks(x, modulation, True, encoder_cache, first, end)
        x = self.rms_norm(x, self.encoder_norm_w, self.eps)
        x = torch.linear(x, self.between_w, self.between_b) + self.decoder_position[a:b]
        x = self.blocks(x, modulation, False, decoder_cache, first, end)
        x = self.rms_norm(x, self.decoder_norm_w, self.eps)
        return (x + self.head_position[a:b]).to(torch.float32)

    def teach(self, features: Tensor, labels: Tensor) -> Tensor:
        # features: [sample, slot from scale 1 on, feature], labels: [sample] -> [sample, slot, width]
        none: List[Tensor] = []
        return self.states(features, labels, self.modulation(labels), none, 0, len(self.bounds) - 1)

    def state(self, labels: Tensor) -> List[Tensor]:
        # What a request keeps: room for keys and values of encoder and decoder, [layer, key or value, row,
        # head, slot, head width], and the modulations, which are the same in every step
        rows, slots, width = labels.size(0), self.bounds[-1], self.condition.size(1)
        sizes = [[self.n_encoder, 2, rows, self.encoder_heads, slots, width // self.encoder_heads],
                 [self.n_decoder, 2, rows, self.decoder_heads, slots, width // self.decoder_heads]]
        kept = [torch.zeros(size, dtype=self.condition.dtype, device=self.condition.device) for size in sizes]
        kept.append(self.modulation(labels))
        return kept

    def step(self, features: Optional[Tensor], labels: Tensor, state: List[Tensor], first: int, end: int) -> Tensor:
        # Takes in scales first .. end - 1; those before are in the caches -> the states of the last one
        x = self.states(features, labels, state[2], state[:2], first, end)
        return x[:, self.bounds[end - 1] - self.bounds[first]:]
