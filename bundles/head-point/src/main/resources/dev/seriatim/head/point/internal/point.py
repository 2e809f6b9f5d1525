class Point(Module):
    """A linear layer from hidden states to vectors, and the squared error of its predictions."""
    weight: Matrix              # [token, width]
    bias: Optional[Tensor]      # [token]

    def values(self, hidden: Tensor) -> Tensor:
        # [sample, slot, width] -> float32 [sample, slot, token]
        return torch.linear(hidden.to(self.weight.dtype), self.weight, self.bias).to(torch.float32)

    def loss(self, hidden: Tensor, tokens: Tensor, weight: Optional[Tensor]) -> Tensor:
        # Mean squared error. tokens: [sample, slot, token]; weight: [sample, slot], or None -> scalar
        errors = torch.pow(self.values(hidden) - tokens, 2).mean(-1)
        if weight is None:
            return errors.mean()
        return (errors * weight).sum() / weight.sum()
