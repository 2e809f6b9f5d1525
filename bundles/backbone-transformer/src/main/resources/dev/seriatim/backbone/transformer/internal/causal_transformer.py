class CausalTransformer(Module):
    """A pre-norm causal transformer over [condition, token of slot 0, token of slot 1, ...]."""
    # Input i is what is known before slot i: input 0 is the condition, input i the token of slot
    # i - 1. The state at input i predicts slot i, so there are as many inputs as slots.
    n_layer: int
    n_head: int
    vocabulary: int
    wte: Tensor                 # [codebook · vocabulary, width]
    wpe: Tensor                 # [slot, width], by input
    condition: Tensor           # [label + 1, width]; the last row is "no condition"
    ln1_w: List[Tensor]         # [width]
    ln1_b: List[Tensor]
    attn_w: List[Tensor]        # [3 · width, width]
    attn_b: List[Tensor]
    proj_w: List[Tensor]        # [width, width]
    proj_b: List[Tensor]
    ln2_w: List[Tensor]
    ln2_b: List[Tensor]
    fc_w: List[Tensor]          # [mlp, width]
    fc_b: List[Tensor]
    out_w: List[Tensor]         # [width, mlp]
    out_b: List[Tensor]
    lnf_w: Tensor
    lnf_b: Tensor

    def embed(self, ids: Tensor) -> Tensor:
        # ids: [row, n, codebook] -> [row, n, width]; each codebook has its own part of the table
        offsets = torch.arange(ids.size(2), device=ids.device) * self.vocabulary
        return torch.embedding(self.wte, ids + offsets).sum(2)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, past: int) -> Tensor:
        # q: [row, head, n, head width]; k, v: [row, head, past + n, head width]
        n = q.size(2)
        if n == 1:
            return torch.scaled_dot_product_attention(q, k, v)
        if past == 0:
            return torch.scaled_dot_product_attention(q, k, v, is_causal=True)
        mask = torch.ones([n, past + n], dtype=torch.bool, device=q.device).tril(past)
        return torch.scaled_dot_product_attention(q, k, v, attn_mask=mask)

    def layers(self, x: Tensor, cache: Optional[Tensor], past: int) -> Tensor:
        # x: [row, n, width]; cache: [layer, key or value, row, head, input, head width]
        row, n, width = x.size()
        for i in range(self.n_layer):
            h = torch.layer_norm(x, [width], self.ln1_w[i], self.ln1_b[i])
            qkv = torch.linear(h, self.attn_w[i], self.attn_b[i])
            q, k, v = qkv.view(row, n, 3, self.n_head, -1).permute([2, 0, 3, 1, 4]).unbind(0)
            if cache is not None:
                cache[i, 0, :, :, past:past + n] = k
                cache[i, 1, :, :, past:past + n] = v
                k = cache[i, 0, :, :, :past + n]
                v = cache[i, 1, :, :, :past + n]
            a = self.attend(q, k, v, past).transpose(1, 2).reshape(row, n, width)
            x = x + torch.linear(a, self.proj_w[i], self.proj_b[i])
            h = torch.layer_norm(x, [width], self.ln2_w[i], self.ln2_b[i])
            h = torch.gelu(torch.linear(h, self.fc_w[i], self.fc_b[i]), approximate="tanh")
            x = x + torch.linear(h, self.out_w[i], self.out_b[i])
        return torch.layer_norm(x, [width], self.lnf_w, self.lnf_b)

    def teach(self, ids: Tensor, labels: Tensor) -> Tensor:
        # ids: [sample, slot, codebook], labels: [sample] -> [sample, slot, width]
        start = torch.embedding(self.condition, labels).unsqueeze(1)
        x = torch.cat([start, self.embed(ids[:, :-1])], 1) + self.wpe
        return self.layers(x, None, 0)

    def step(self, ids: Tensor, labels: Tensor, cache: Tensor, past: int) -> Tensor:
        # Inputs past .. past + n - 1; ids are the tokens of slots max(past - 1, 0) .. past + n - 2.
        x = self.embed(ids)
        if past == 0:
            x = torch.cat([torch.embedding(self.condition, labels).unsqueeze(1), x], 1)
        return self.layers(x + self.wpe[past:past + x.size(1)], cache, past)
