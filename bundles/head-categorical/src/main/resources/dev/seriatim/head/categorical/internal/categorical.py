class Categorical(Module):
    """A linear layer from a slot's hidden state to the logits of its ids."""
    mask: int               # id that stands for an unknown slot and is never predicted; -1 for none
    weight: Matrix          # [codebook · vocabulary, width]
    bias: Optional[Tensor]  # [codebook · vocabulary]

    def scores(self, hidden: Tensor) -> Tensor:
        # hidden: [sample, slot, width] -> float32 [sample, slot, codebook, vocabulary]
        outputs = torch.linear(hidden.to(self.weight.dtype), self.weight, self.bias)
        return self.split(outputs.to(torch.float32))

    def logits(self, hidden: Tensor) -> Tensor:
        # The same, with the mask's too low to count: Sahoo et al., "Simple and effective masked
        # diffusion language models", 2024, section 3.2.3
        scores = self.scores(hidden)
        if self.mask < 0:
            return scores
        lowered = torch.zeros([self.vocabulary], device=scores.device)
        lowered[self.mask] = -1000000.0
        return scores + lowered

    def loss(self, hidden: Tensor, ids: Tensor, weight: Optional[Tensor]) -> Tensor:
        # hidden: [sample, slot, width], ids: [sample, slot, codebook], weight: [sample, slot]
        return self.cross_entropy(self.logits(hidden), ids, weight)
