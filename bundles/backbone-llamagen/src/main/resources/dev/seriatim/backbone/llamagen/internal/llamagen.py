class LlamaGen(Module):
    """A causal transformer over [condition, token of slot 0, token of slot 1, ...]."""
    # Sun et al., "Autoregressive model beats diffusion: Llama for scalable image generation", 2024.
    # The state at the last input of the condition predicts slot 0, that at a token the slot after it.
    # condition: [row, condition input, width]; valid: bool [row, condition input], None for labels.
    n_layer: int
    norm_w: Tensor                  # [width]

    def embed(self, ids: Tensor, condition: Tensor) -> Tensor:
        # ids: [row, slot, 1] -> [row, condition input + slot - 1, width]; no slot follows the last
        return torch.cat([condition, self.by_token(ids[:, :-1])], 1)

    def sequence_block(self, x: Tensor, i: int, valid: Optional[Tensor]) -> Tensor:
        # x: [row, n, width], all inputs at once
        n = x.size(1)
        seen = self.without_padding(self.causal(n, 0, x), valid, 0)
        return self.block(x, i, self.rotary_table()[:n], seen, None, 0)

    def teach(self, ids: Tensor, condition: Tensor, valid: Optional[Tensor]) -> Tensor:
        # ids: [row, slot, 1] -> [row, slot, width]
        x = self.embed(ids, condition)
        for i in range(self.n_layer):
            x = self.sequence_block(x, i, valid)
        return self.rms_norm(x[:, self.n_condition - 1:], self.norm_w, self.norm_eps)

    def step(self, ids: Tensor, condition: Tensor, valid: Optional[Tensor], table: Tensor, cache: Tensor,
             past: int) -> Tensor:
        # States that predict slots past .. past + n - 1: [row, n, width]. ids: [row, m, 1], tokens of
        # slots max(past - 1, 0) .. past + n - 2; table: rotary_table(); cache: as in block
        x = self.by_token(ids)
        first = 0 if past == 0 else self.n_condition - 1 + past
        if past == 0:
            x = torch.cat([condition, x], 1)
        end = first + x.size(1)
        seen: Optional[Tensor] = None
        if x.size(1) > 1 or valid is not None:
            seen = self.without_padding(self.causal(x.size(1), first, x), valid, first)
        for i in range(self.n_layer):
            x = self.block(x, i, table[first:end], seen, cache, first)
        if past == 0:
            x = x[:, self.n_condition - 1:]
        return self.rms_norm(x, self.norm_w, self.norm_eps)
