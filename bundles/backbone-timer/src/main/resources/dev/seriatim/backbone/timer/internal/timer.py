class Timer(Module):
    """A causal transformer over the patches of a series, normed after each residual sum."""
    # Liu et al., "Timer: generative pre-trained transformers are large time series models", 2024; the
    # blocks are those of Vaswani et al., 2017. Input i is the patch of slot i, and the state at input i
    # predicts the patch of slot i + 1.
    n_layer: int
    n_head: int
    relu: bool                  # ReLU in the feed-forward layers; else exact GELU
    patch: Matrix               # [width, patch length]
    position: Tensor            # [slot, width]
    qkv_w: List[Matrix]         # [3 · width, width]: q, then k, then v
    qkv_b: List[Tensor]
    proj_w: List[Matrix]        # [width, width]
    proj_b: List[Tensor]
    norm1_w: List[Tensor]       # [width]
    norm1_b: List[Tensor]
    up_w: List[Matrix]          # [mlp, width]
    up_b: List[Tensor]
    down_w: List[Matrix]        # [width, mlp]
    down_b: List[Tensor]
    norm2_w: List[Tensor]
    norm2_b: List[Tensor]
    norm_w: Tensor
    norm_b: Tensor

    def embed(self, patches: Tensor, past: int) -> Tensor:
        # [row, n, patch length], inputs past .. past + n - 1 -> [row, n, width]
        x = torch.linear(patches.to(self.patch.dtype), self.patch)
        return x + self.position[past:past + x.size(1)]

    def block(self, x: Tensor, i: int, seen: Optional[Tensor], cache: Optional[Tensor], past: int) -> Tensor:
        # x: [row, n, width]; seen: as in attend; cache: [layer, key or value, row, head, input, head width]
        q, k, v = self.split_qkv(torch.linear(x, self.qkv_w[i], self.qkv_b[i]), self.n_head)
        if cache is not None:
            end = past + x.size(1)
            cache[i, 0, :, :, past:end] = k
            cache[i, 1, :, :, past:end] = v
            k, v = cache[i, 0, :, :, :end], cache[i, 1, :, :, :end]
        a = torch.linear(self.merge(self.attend(q, k, v, seen)), self.proj_w[i], self.proj_b[i])
        x = self.norm(x + a, self.norm1_w[i], self.norm1_b[i], 1e-5)
        h = torch.linear(x, self.up_w[i], self.up_b[i])
        h = torch.relu(h) if self.relu else torch.gelu(h)
        h = torch.linear(h, self.down_w[i], self.down_b[i])
        return self.norm(x + h, self.norm2_w[i], self.norm2_b[i], 1e-5)

    def layers(self, x: Tensor, cache: Optional[Tensor], past: int) -> Tensor:
        seen: Optional[Tensor] = None
        if x.size(1) > 1:
            seen = self.causal(x.size(1), past, x)
        for i in range(self.n_layer):
            x = self.block(x, i, seen, cache, past)
        return self.norm(x, self.norm_w, self.norm_b, 1e-5)

    def states(self, patches: Tensor) -> Tensor:
        # [row, n, patch length] -> [row, n, width]: the state at each input
        return self.layers(self.embed(patches, 0), None, 0)

    def teach(self, patches: Tensor) -> Tensor:
        # [sample, slot, patch length] -> [sample, slot, width]; of the first patch nothing is known: zeros
        n, width = patches.size(0), self.patch.size(0)
        nothing = torch.zeros([n, 1, width], dtype=self.patch.dtype, device=patches.device)
        if patches.size(1) == 1:
            return nothing
        return torch.cat([nothing, self.states(patches[:, :-1])], 1)

    def step(self, patches: Tensor, cache: Tensor, past: int) -> Tensor:
        # [row, n, patch length], inputs past .. past + n - 1 -> their states, [row, n, width]
        return self.layers(self.embed(patches, past), cache, past)

    def attention(self, patches: Tensor) -> Tensor:
        # How much each input looks at each in the first block: [row, head, n, n]
        x = self.embed(patches, 0)
        q, k, v = self.split_qkv(torch.linear(x, self.qkv_w[0], self.qkv_b[0]), self.n_head)
        scores = torch.matmul(q, k.transpose(2, 3)) * q.size(3) ** -0.5
        hidden = torch.logical_not(self.causal(x.size(1), 0, x))
        return torch.softmax(scores.masked_fill(hidden, float("-inf")), -1)
