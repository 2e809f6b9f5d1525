class Bert(Module):
    """A post-norm bidirectional transformer over [condition, slot 0, slot 1, ...]."""
    # Devlin et al., "BERT", 2019, as MaskGIT (Chang et al., 2022) and TiTok (Yu et al., 2024) use it
    n_layer: int
    n_head: int
    position: Tensor            # [1 + slot, width]
    token_type: Tensor          # [2, width]; all inputs are of the first type
    norm_w: Tensor              # [width], of the embeddings
    norm_b: Tensor
    qkv_w: List[Matrix]         # [3 · width, width]
    qkv_b: List[Tensor]
    proj_w: List[Matrix]        # [width, width]
    proj_b: List[Tensor]
    norm1_w: List[Tensor]       # [width], after attention
    norm1_b: List[Tensor]
    fc_w: List[Matrix]          # [mlp, width]
    fc_b: List[Tensor]
    out_w: List[Matrix]         # [width, mlp]
    out_b: List[Tensor]
    norm2_w: List[Tensor]       # [width], after the feed-forward layer
    norm2_b: List[Tensor]

    def block(self, x: Tensor, i: int) -> Tensor:
        # x: [row, 1 + slot, width]
        q, k, v = self.split_qkv(torch.linear(x, self.qkv_w[i], self.qkv_b[i]), self.n_head)
        a = torch.linear(self.merge(self.attend(q, k, v, None)), self.proj_w[i], self.proj_b[i])
        x = self.norm(x + a, self.norm1_w[i], self.norm1_b[i], 1e-12)
        m = torch.gelu(torch.linear(x, self.fc_w[i], self.fc_b[i]))
        m = torch.linear(m, self.out_w[i], self.out_b[i])
        return self.norm(x + m, self.norm2_w[i], self.norm2_b[i], 1e-12)

    def states(self, ids: Tensor, seen: Tensor, labels: Tensor) -> Tensor:
        # ids: [row, slot]; seen: bool [row, slot]; labels: [row] -> float32 [row, slot, width]
        x = self.inputs(ids, seen, labels) + self.token_type[0] + self.position
        x = self.norm(x, self.norm_w, self.norm_b, 1e-12)
        for i in range(self.n_layer):
            x = self.block(x, i)
        return x[:, 1:].to(torch.float32).contiguous()
