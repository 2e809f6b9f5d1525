class Softmax(Module):
    """A softmax over a vocabulary, for each codebook of a slot, given its logits."""
    # logits: [sample, slot, codebook, vocabulary]; ids: int64 [sample, slot, codebook]
    codebooks: int
    vocabulary: int
    race: bool              # draw by an exponential race instead of inverse transform sampling
    logit_confidence: bool  # a token's confidence is its logit instead of its log-probability

    def split(self, outputs: Tensor) -> Tensor:
        # [sample, slot, codebook · vocabulary] -> [sample, slot, codebook, vocabulary]
        return outputs.view(outputs.size(0), outputs.size(1), self.codebooks, self.vocabulary)

    def draw(self, logits: Tensor, uniform: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        # uniform: [sample, slot, codebook], or [sample, slot, codebook · vocabulary] for a race
        return self.race_of(logits, uniform) if self.race else self.inverse(logits, uniform)

    def race_of(self, logits: Tensor, uniform: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        # Each id arrives after an exponential time of rate p; the first to arrive is drawn. This is
        # how torch.multinomial draws, and with logits instead of p the Gumbel-max trick.
        log_p = self.normalised(logits)
        times = -torch.log1p(-uniform.view(logits.size()).to(torch.float64))
        ids = torch.argmax(log_p - torch.log(torch.clamp(times, min=1e-20)), -1)
        return ids, self.gather(log_p, ids), self.confidence(logits, log_p, ids)

    def inverse(self, logits: Tensor, uniform: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        # Inverse transform sampling: the first id whose cumulative probability exceeds the uniform
        # number. In double precision, so that rounding in the sum moves no boundary that matters.
        log_p = self.normalised(logits)
        cumulative = torch.cumsum(torch.exp(log_p), -1)
        total = cumulative[..., -1:]
        threshold = uniform.to(torch.float64).unsqueeze(-1) * total
        ids = (cumulative <= threshold).sum(-1)
        return ids, self.gather(log_p, ids), self.confidence(logits, log_p, ids)

    def mode(self, logits: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        log_p = self.normalised(logits)
        ids = torch.argmax(log_p, -1)
        return ids, self.gather(log_p, ids), self.confidence(logits, log_p, ids)

    def normalised(self, logits: Tensor) -> Tensor:
        # In double precision. Where the logits of an id are NaN, or all are forbidden, every
        # log-probability of the slot is NaN.
        log_p = torch.log_softmax(logits.to(torch.float64), -1)
        assert not bool(torch.isnan(log_p[..., 0]).any()), "logits: expected at least one finite value per slot, found none or NaN"
        return log_p

    def confidence(self, logits: Tensor, log_p: Tensor, ids: Tensor) -> Tensor:
        return self.gather(logits.to(torch.float64) if self.logit_confidence else log_p, ids)

    def point(self, logits: Tensor) -> Tensor:
        # The limit of temperature 0: all but the mode is forbidden.
        mode = torch.one_hot(torch.argmax(logits, -1), self.vocabulary)
        return torch.masked_fill(logits, mode == 0, float("-inf"))

    def log_prob(self, logits: Tensor, ids: Tensor) -> Tensor:
        return self.gather(torch.log_softmax(logits.to(torch.float64), -1), ids)

    def gather(self, log_p: Tensor, ids: Tensor) -> Tensor:
        # The codebooks of a slot are independent given its hidden state: their log-probabilities add.
        picked = torch.gather(log_p, -1, ids.unsqueeze(-1)).squeeze(-1)
        return picked.sum(-1).to(torch.float32)

    def cross_entropy(self, logits: Tensor, ids: Tensor, weight: Optional[Tensor]) -> Tensor:
        # In nats per id, the mean over slots weighted by [sample, slot] -> scalar
        nats = torch.cross_entropy_loss(logits.reshape(-1, self.vocabulary), ids.reshape(-1), reduction=0)
        per_slot = nats.view(ids.size(0), ids.size(1), self.codebooks).mean(-1)
        if weight is not None:
            # Where no slot counts, the mean is 0.
            return (per_slot * weight).sum() / torch.clamp(weight.sum(), min=1e-12)
        return per_slot.mean()
