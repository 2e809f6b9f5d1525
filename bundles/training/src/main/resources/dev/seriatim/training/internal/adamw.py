class AdamW(Module):
    """Updates all weights in place (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019)."""

    def step(self, weights: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], averages: List[Tensor], decayed: List[int], step: int, rate: float, beta1: float, beta2: float, epsilon: float, decay: float, clip: float, keep: float) -> Tensor:
        # Returns the norm of the gradient of all weights together, before clipping, and leaves
        # everything as it is when that is not a finite number.
        norm = torch.norm(torch.stack([torch.norm(g) for g in gradients]))
        if bool(torch.isfinite(norm)):
            scale = 1.0
            if clip > 0.0:
                scale = min(1.0, clip / (float(norm) + 1e-6))
            size = rate / (1.0 - beta1 ** step)
            spread = (1.0 - beta2 ** step) ** 0.5
            for i in range(len(weights)):
                g = gradients[i] * scale
                means[i].mul_(beta1).add_(g, alpha=1.0 - beta1)
                squares[i].mul_(beta2).addcmul_(g, g, value=1.0 - beta2)
                if decayed[i] == 1:
                    weights[i].mul_(1.0 - rate * decay)
                weights[i].addcdiv_(means[i], torch.sqrt(squares[i]).div_(spread).add_(epsilon), value=-size)
                averages[i].mul_(keep).add_(weights[i], alpha=1.0 - keep)
        return norm

    def assign(self, targets: List[Tensor], values: List[Tensor]) -> Tensor:
        for i in range(len(targets)):
            targets[i].copy_(values[i])
        return torch.zeros([1])
