class UVit(Module):
    """A U-shaped bidirectional transformer over [condition, slot 0, slot 1, ...]."""
    # Bao et al., "All are worth words: a ViT backbone for diffusion models", 2023. The first half of
    # the blocks hands its outputs to the second half, the last to the first.
    n_half: int                 # blocks before the middle one, and after it
    n_head: int
    position: Tensor            # [1 + slot, width]
    norm1_w: List[Tensor]       # [width]
    norm1_b: List[Tensor]
    qkv_w: List[Matrix]         # [3 · width, width]
    proj_w: List[Matrix]        # [width, width]
    proj_b: List[Tensor]
    norm2_w: List[Tensor]
    norm2_b: List[Tensor]
    fc_w: List[Matrix]          # [mlp, width]
    fc_b: List[Tensor]
    out_w: List[Matrix]         # [width, mlp]
    out_b: List[Tensor]
    skip_w: Optional[List[Matrix]]  # [width, 2 · width], of the blocks after the middle
    skip_b: Optional[List[Tensor]]
    norm_w: Tensor              # [width], of the result
    norm_b: Tensor

    def block(self, x: Tensor, i: int) -> Tensor:
        # x: [row, 1 + slot, width]
        h = self.norm(x, self.norm1_w[i], self.norm1_b[i], 1e-5)
        q, k, v = self.split_qkv(torch.linear(h, self.qkv_w[i]), self.n_head)
        x = x + torch.linear(self.merge(self.attend(q, k, v, None)), self.proj_w[i], self.proj_b[i])
        h = self.norm(x, self.norm2_w[i], self.norm2_b[i], 1e-5)
        h = torch.gelu(torch.linear(h, self.fc_w[i], self.fc_b[i]))
        return x + torch.linear(h, self.out_w[i], self.out_b[i])

    def states(self, ids: Tensor, seen: Tensor, labels: Tensor) -> Tensor:
        # ids: [row, slot]; seen: bool [row, slot]; labels: [row] -> float32 [row, slot, width]
        x = self.inputs(ids, seen, labels) + self.position
        skips: List[Tensor] = []
        for i in range(self.n_half):
            x = self.block(x, i)
            skips.append(x)
        x = self.block(x, self.n_half)
        skip_w, skip_b = self.skip_w, self.skip_b
        if skip_w is not None and skip_b is not None:
            for i in range(self.n_half):
                x = torch.linear(torch.cat([x, skips.pop()], 2), skip_w[i], skip_b[i])
                x = self.block(x, self.n_half + 1 + i)
        return self.norm(x, self.norm_w, self.norm_b, 1e-5)[:, 1:].to(torch.float32).contiguous()
