class Categorical(Module):
    """A linear layer from a slot's hidden state to the logits of its ids."""
    weight: Tensor          # [codebook · vocabulary, width]
    bias: Optional[Tensor]  # [codebook · vocabulary]

    def logits(self, hidden: Tensor) -> Tensor:
        # hidden: [sample, slot, width] -> float32 [sample, slot, codebook, vocabulary]
        outputs = torch.linear(hidden.to(self.weight.dtype), self.weight, self.bias)
        return self.split(outputs.to(torch.float32))

    def loss(self, hidden: Tensor, ids: Tensor, weight: Optional[Tensor]) -> Tensor:
        # hidden: [sample, slot, width], ids: [sample, slot, codebook], weight: [sample, slot]
        return self.cross_entropy(self.logits(hidden), ids, weight)
