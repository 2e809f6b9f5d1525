class Mar(Module):
    """A masked autoencoder: known tokens are encoded alone, then decoded among masks."""
    # Li et al., "Autoregressive image generation without vector quantization", 2024, after He et al.,
    # "Masked autoencoders are scalable vision learners", 2022. The condition stands in front, several
    # times, so that there is something to attend to where hardly a token is known.
    encoder_layers: int
    encoder_heads: int
    decoder_heads: int
    buffer: int                 # copies of the condition
    eps: float                  # of the norms
    labels: Optional[Tensor]    # [label, width]
    no_label: Tensor            # [1, width]
    token_w: Matrix             # [width, token]
    token_b: Tensor
    token_norm_w: Tensor        # [width]
    token_norm_b: Tensor
    encoder_position: Tensor    # [buffer + slot, width]
    encoder_norm_w: Tensor      # [width]
    encoder_norm_b: Tensor
    decoder_w: Matrix           # [decoder width, width]
    decoder_b: Tensor
    mask: Tensor                # [1, decoder width], in the place of unknown tokens
    decoder_position: Tensor    # [buffer + slot, decoder width]
    decoder_norm_w: Tensor      # [decoder width]
    decoder_norm_b: Tensor
    output_position: Tensor     # [slot, decoder width]
    # Blocks of the encoder, then those of the decoder; w is the width of either
    norm1_w: List[Tensor]       # [w]
    norm1_b: List[Tensor]
    qkv_w: List[Matrix]         # [3 · w, w]
    qkv_b: List[Tensor]
    proj_w: List[Matrix]        # [w, w]
    proj_b: List[Tensor]
    norm2_w: List[Tensor]       # [w]
    norm2_b: List[Tensor]
    fc_w: List[Matrix]          # [mlp, w]
    fc_b: List[Tensor]
    out_w: List[Matrix]         # [w, mlp]
    out_b: List[Tensor]

    def block(self, x: Tensor, i: int, n_head: int, seen: Optional[Tensor]) -> Tensor:
        # x: [row, input, w]; seen: bool [row, 1, 1, input], None for all
        h = self.norm(x, self.norm1_w[i], self.norm1_b[i], self.eps)
        q, k, v = self.split_qkv(torch.linear(h, self.qkv_w[i], self.qkv_b[i]), n_head)
        a = self.merge(self.attend(q, k, v, seen))
        x = x + torch.linear(a, self.proj_w[i], self.proj_b[i])
        h = self.norm(x, self.norm2_w[i], self.norm2_b[i], self.eps)
        h = torch.gelu(torch.linear(h, self.fc_w[i], self.fc_b[i]))
        return x + torch.linear(h, self.out_w[i], self.out_b[i])

    def known(self, settled: Tensor) -> Tuple[Tensor, Optional[Tensor]]:
        # settled: bool [row, slot] -> numbers of the settled slots, ascending, int64 [row, known]; where
        # a row has fewer than another, the number of slots follows, and the second result says which
        # inputs of the encoder are real
        slots = settled.size(1)
        counts = settled.sum(1)
        most = int(counts.max())
        numbers = torch.arange(slots, device=settled.device).expand([settled.size(0), slots])
        ascending, _ = torch.sort(torch.masked_fill(numbers, torch.logical_not(settled), slots), 1)
        index = ascending[:, :most]
        if int(counts.min()) == most:
            return index, None
        start = torch.ones([index.size(0), self.buffer], dtype=torch.bool, device=index.device)
        return index, torch.cat([start, index < slots], 1).unsqueeze(1).unsqueeze(1)

    def encode(self, tokens: Tensor, labels: Tensor, index: Tensor, seen: Optional[Tensor]) -> Tensor:
        # tokens: [row, slot, token], labels: [row], index: [row, known] -> [row, buffer + known, width]
        rows, known = index.size()
        at = torch.clamp(index, max=tokens.size(1) - 1)
        picked = torch.gather(tokens, 1, at.unsqueeze(-1).expand([rows, known, tokens.size(2)]))
        named = self.labels
        table = self.no_label if named is None else torch.cat([named, self.no_label])
        condition = torch.embedding(table, labels).unsqueeze(1) + self.encoder_position[:self.buffer]
        position = torch.embedding(self.encoder_position[self.buffer:], at)
        x = torch.linear(picked.to(self.token_w.dtype), self.token_w, self.token_b) + position
        x = self.norm(torch.cat([condition, x], 1), self.token_norm_w, self.token_norm_b, self.eps)
        for i in range(self.encoder_layers):
            x = self.block(x, i, self.encoder_heads, seen)
        return self.norm(x, self.encoder_norm_w, self.encoder_norm_b, self.eps)

    def decode(self, x: Tensor, index: Tensor) -> Tensor:
        # x: [row, buffer + known, width], index: [row, known] -> [row, slot, decoder width]
        rows, known = index.size()
        slots = self.output_position.size(0)
        x = torch.linear(x, self.decoder_w, self.decoder_b)
        width = x.size(2)
        # One place more than there are slots takes what fills up the rows
        masks = self.mask.unsqueeze(0).expand([rows, slots + 1, width])
        places = index.unsqueeze(-1).expand([rows, known, width])
        all = torch.scatter(masks, 1, places, x[:, self.buffer:])[:, :slots]
        x = torch.cat([x[:, :self.buffer], all], 1) + self.decoder_position
        for i in range(self.encoder_layers, len(self.qkv_w)):
            x = self.block(x, i, self.decoder_heads, None)
        x = self.norm(x, self.decoder_norm_w, self.decoder_norm_b, self.eps)
        return (x[:, self.buffer:] + self.output_position).to(torch.float32)

    def encoded(self, tokens: Tensor, settled: Tensor, labels: Tensor) -> Tensor:
        # The encoder alone, as for states
        index, seen = self.known(settled)
        return self.encode(tokens, labels, index, seen)

    def states(self, tokens: Tensor, settled: Tensor, labels: Tensor) -> Tensor:
        # tokens: [sample, slot, token]; settled: bool [sample, slot]; labels: int64 [stream · sample],
        # rows of the table of labels -> [stream · sample, slot, decoder width]
        streams = labels.size(0) // tokens.size(0)
        index, seen = self.known(settled.repeat([streams, 1]))
        return self.decode(self.encode(tokens.repeat([streams, 1, 1]), labels, index, seen), index)

    def predict(self, tokens: Tensor, settled: Tensor, labels: Tensor, slots: Tensor) -> Tensor:
        # slots: int64 [sample, n] -> the states of these slots, [stream · sample, n, decoder width]
        x = self.states(tokens, settled, labels)
        at = slots.repeat([x.size(0) // slots.size(0), 1]).unsqueeze(-1)
        return torch.gather(x, 1, at.expand([x.size(0), slots.size(1), x.size(2)]))

    def teach(self, tokens: Tensor, levels: Optional[Tensor], labels: Tensor) -> Tensor:
        # levels: [sample, slot], None where nothing is known -> [sample, slot, decoder width]
        settled = torch.zeros([tokens.size(0), tokens.size(1)], dtype=torch.bool, device=tokens.device)
        if levels is not None:
            settled = levels >= 1
        return self.states(tokens, settled, labels)
