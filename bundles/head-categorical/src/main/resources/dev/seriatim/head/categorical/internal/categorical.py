class Categorical(Module):
    """A linear layer from a slot's hidden state to the logits of its ids."""
    weight: Tensor          # [codebook · vocabulary, width]
    bias: Optional[Tensor]  # [codebook · vocabulary]

    def logits(self, hidden: Tensor) -> Tensor:
        # hidden: [sample, slot, width] -> [sample, slot, codebook, vocabulary]
        return self.split(torch.linear(hidden, self.weight, self.bias))

    def loss(self, hidden: Tensor, ids: Tensor, weight: Optional[Tensor]) -> Tensor:
        # hidden: [sample, slot, width], ids: [sample, slot, codebook], weight: [sample, slot]
        return self.cross_entropy(self.logits(hidden), ids, weight)
