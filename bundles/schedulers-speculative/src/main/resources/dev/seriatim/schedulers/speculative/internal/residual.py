class Residual(Module):
    """Acceptance of guessed tokens that leaves the model's distribution as it is."""
    # Leviathan et al., "Fast inference from transformers via speculative decoding", 2023: a guess x
    # that was drawn from q is accepted with probability min(1, p(x) / q(x)); otherwise a token is
    # drawn from max(p - q, 0), normalised. The result is distributed as p. The codebooks of a slot
    # are independent given its hidden state, and are verified one by one.

    def probabilities(self, logits: Tensor) -> Tensor:
        # [..., vocabulary] -> float64
        return torch.softmax(logits.to(torch.float64), -1)

    def certain(self, ids: Tensor, vocabulary: int) -> Tensor:
        # ids: [sample, slot, codebook] -> float64 [sample, slot, codebook, vocabulary], all in one id
        return torch.one_hot(ids, vocabulary).to(torch.float64)

    def verify(self, logits: Tensor, ids: Tensor, q: Optional[Tensor], accept: Tensor, redraw: Tensor) -> Tensor:
        # logits: [sample, slot, codebook, vocabulary]; ids: [sample, slot, codebook], the guesses;
        # q: float64, from what they were drawn, None where each was certain;
        # accept, redraw: uniform [sample, slot, codebook]
        p = self.probabilities(logits)
        drawn_from = self.certain(ids, logits.size(3)) if q is None else q
        p_of_guess = torch.gather(p, 3, ids.unsqueeze(3)).squeeze(3)
        q_of_guess = torch.gather(drawn_from, 3, ids.unsqueeze(3)).squeeze(3)
        accepted = accept.to(torch.float64) * q_of_guess < p_of_guess
        residual = torch.clamp(p - drawn_from, min=0.0)
        # Where p is q, nothing is left and nothing was refused, but for rounding.
        residual = torch.where(residual.sum(3, True) > 0, residual, p)
        cumulative = torch.cumsum(residual, 3)
        threshold = redraw.to(torch.float64).unsqueeze(3) * cumulative[..., -1:]
        return torch.where(accepted, ids, (cumulative <= threshold).sum(3))

    def carried(self, before: Tensor, places: Tensor, ids: Tensor) -> Tensor:
        # before: float64 [sample, place, codebook, vocabulary]; places: [sample, slot], -1 for none;
        # ids: [sample, slot, codebook] -> float64 [sample, slot, codebook, vocabulary]
        known = (places >= 0).unsqueeze(2).unsqueeze(3)
        at = torch.clamp(places, min=0).unsqueeze(2).unsqueeze(3)
        drawn_from = torch.gather(before, 1, at.expand([-1, -1, before.size(2), before.size(3)]))
        return torch.where(known, drawn_from, self.certain(ids, before.size(3)))
