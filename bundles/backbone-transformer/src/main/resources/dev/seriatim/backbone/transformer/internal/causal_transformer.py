class CausalTransformer(Module):
    """A pre-norm causal transformer over [condition, token of slot 0, token of slot 1, ...]."""
    # Radford et al., "Language models are unsupervised multitask learners", 2019. An input is what the
    # network reads at a position. With a condition, input 0 is the condition and predicts slot 0, and
    # input i is the token of slot i - 1. Without one, input i is the token of slot i, and predicts the
    # slot after it: nothing predicts slot 0.
    n_layer: int
    n_head: int
    vocabulary: int
    eps: float
    tanh: bool                  # GELU by its approximation with tanh instead of the error function
    wte: Tensor                 # [codebook · vocabulary, width]
    wpe: Tensor                 # [input, width]
    condition: Optional[Tensor] # [label + 1, width]; the last row is "no condition"
    ln1_w: List[Tensor]         # [width]
    ln1_b: Optional[List[Tensor]]
    attn_w: List[Matrix]        # [3 · width, width]
    attn_b: Optional[List[Tensor]]
    proj_w: List[Matrix]        # [width, width]
    proj_b: Optional[List[Tensor]]
    ln2_w: List[Tensor]
    ln2_b: Optional[List[Tensor]]
    fc_w: List[Matrix]          # [mlp, width]
    fc_b: Optional[List[Tensor]]
    out_w: List[Matrix]         # [width, mlp]
    out_b: Optional[List[Tensor]]
    lnf_w: Tensor
    lnf_b: Optional[Tensor]

    def of(self, biases: Optional[List[Tensor]], i: int) -> Optional[Tensor]:
        if biases is None:
            return None
        return biases[i]

    def gelu(self, x: Tensor) -> Tensor:
        # Hendrycks and Gimpel, "Gaussian error linear units", 2016
        return torch.gelu(x, approximate="tanh" if self.tanh else "none")

    def embed(self, ids: Tensor) -> Tensor:
        # ids: [row, n, codebook] -> [row, n, width]; each codebook has its own part of the table
        offsets = torch.arange(ids.size(2), device=ids.device) * self.vocabulary
        return torch.embedding(self.wte, ids + offsets).sum(2)

    def inputs(self, ids: Tensor, labels: Optional[Tensor], past: int) -> Tensor:
        # Inputs from past on, of which ids are the tokens: [row, m, codebook] -> [row, n, width]
        x = self.embed(ids)
        condition = self.condition
        if condition is not None and labels is not None and past == 0:
            x = torch.cat([torch.embedding(condition, labels).unsqueeze(1), x], 1)
        return x + self.wpe[past:past + x.size(1)]

    def attention(self, q: Tensor, k: Tensor, v: Tensor, past: int) -> Tensor:
        # q: [row, head, n, head width]; k, v: [row, head, past + n, head width]
        n = q.size(2)
        if n == 1:
            return self.attend(q, k, v, None)
        if past == 0:
            return torch.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.attend(q, k, v, self.causal(n, past, q))

    def layers(self, x: Tensor, cache: Optional[Tensor], past: int) -> Tensor:
        # x: [row, n, width]; cache: [layer, key or value, row, head, input, head width]
        n = x.size(1)
        for i in range(self.n_layer):
            h = self.norm(x, self.ln1_w[i], self.of(self.ln1_b, i), self.eps)
            qkv = torch.linear(h, self.attn_w[i], self.of(self.attn_b, i))
            q, k, v = self.split_qkv(qkv, self.n_head)
            if cache is not None:
                cache[i, 0, :, :, past:past + n] = k
                cache[i, 1, :, :, past:past + n] = v
                k = cache[i, 0, :, :, :past + n].to(q.dtype)
                v = cache[i, 1, :, :, :past + n].to(q.dtype)
            a = self.merge(self.attention(q, k, v, past))
            x = x + torch.linear(a, self.proj_w[i], self.of(self.proj_b, i))
            h = self.norm(x, self.ln2_w[i], self.of(self.ln2_b, i), self.eps)
            h = self.gelu(torch.linear(h, self.fc_w[i], self.of(self.fc_b, i)))
            x = x + torch.linear(h, self.out_w[i], self.of(self.out_b, i))
        return self.norm(x, self.lnf_w, self.lnf_b, self.eps)

    def teach(self, ids: Tensor, labels: Optional[Tensor]) -> Tensor:
        # ids: [sample, slot, codebook], labels: [sample] -> states that predict the slots [sample, slot,
        # width]; without a condition that of slot 0 says nothing
        if self.condition is not None:
            return self.layers(self.inputs(ids[:, :-1], labels, 0), None, 0)
        positions = self.wpe.size(0)
        states = [torch.zeros([ids.size(0), 1, self.wte.size(1)], device=ids.device)]
        if ids.size(1) > 1:
            states.append(self.layers(self.inputs(ids[:, :-1][:, :positions], None, 0), None, 0))
        if ids.size(1) > positions + 1:
            states.append(self.beyond(ids[:, 1:-1].unfold(1, positions, 1)))
        return torch.cat(states, 1)

    def beyond(self, ids: Tensor) -> Tensor:
        # ids: [sample, window, codebook, position] -> the last state of each [sample, window, width]
        sample, window, _, _ = ids.size()
        x = self.inputs(ids.transpose(2, 3).flatten(0, 1), None, 0)
        return self.layers(x, None, 0)[:, -1].view(sample, window, -1)

    def step(self, ids: Tensor, labels: Optional[Tensor], cache: Tensor, past: int) -> Tensor:
        # Inputs past .. past + n - 1, of which ids are the tokens: [row, m, codebook] -> [row, n, width]
        return self.layers(self.inputs(ids, labels, past), cache, past)

    def windows(self, ids: Tensor, last: Tensor) -> Tensor:
        # The states after texts of their own: ids [row, n, codebook], of which row r has the first
        # last[r] + 1 -> [row, width]
        states = self.layers(self.inputs(ids, None, 0), None, 0)
        index = last.view(-1, 1, 1).expand([-1, 1, states.size(2)])
        return torch.gather(states, 1, index).squeeze(1)
