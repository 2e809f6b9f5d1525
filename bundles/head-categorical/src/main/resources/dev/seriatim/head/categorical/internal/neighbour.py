class Neighbour(Module):
    """Two predictions of a slot's ids, from its left and from its upper neighbour, mixed."""
    # He et al., "Neighboring autoregressive modeling for efficient visual generation", 2025. A hidden
    # state holds that of the left neighbour, then that of the upper one, each times its share in the
    # mixture; a linear layer of a share is the share of the linear layer.
    right_w: Matrix         # [codebook · vocabulary, width / 2], predicts what is right of a slot
    below_w: Matrix         # [codebook · vocabulary, width / 2], predicts what is below it

    def logits(self, hidden: Tensor) -> Tensor:
        # hidden: [sample, slot, width] -> [sample, slot, codebook, vocabulary]
        left, upper = hidden.chunk(2, -1)
        return self.split(torch.linear(left, self.right_w) + torch.linear(upper, self.below_w))

    def loss(self, hidden: Tensor, ids: Tensor, weight: Optional[Tensor]) -> Tensor:
        # hidden: [sample, slot, width], ids: [sample, slot, codebook], weight: [sample, slot]
        return self.cross_entropy(self.logits(hidden), ids, weight)
