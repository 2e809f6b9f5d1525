class MaskedInput(Module):
    """What masked transformers see: a condition, then tokens, or the mask where they are unknown."""
    # Ids of the table: 0 to vocabulary - 1 tokens, vocabulary the mask, then the labels, then
    # "no condition".
    vocabulary: int
    embedding: Tensor           # [vocabulary + 1 + label + 1, width]

    def inputs(self, ids: Tensor, seen: Tensor, labels: Tensor) -> Tensor:
        # ids: [row, slot]; seen: bool [row, slot]; labels: [row] -> [row, 1 + slot, width]
        tokens = torch.masked_fill(ids, torch.logical_not(seen), self.vocabulary)
        condition = (labels + (self.vocabulary + 1)).unsqueeze(1)
        return torch.embedding(self.embedding, torch.cat([condition, tokens], 1))

    def predict(self, ids: Tensor, seen: Tensor, labels: Tensor, slots: Tensor) -> Tensor:
        # ids: [sample, slot, 1]; seen: bool [sample, slot]; labels: [stream · sample];
        # slots: [sample, n], those to predict -> [stream · sample, n, width]
        streams = labels.size(0) // ids.size(0)
        states = self.states(ids.squeeze(2).repeat([streams, 1]), seen.repeat([streams, 1]), labels)
        index = slots.repeat([streams, 1]).unsqueeze(2).expand([-1, -1, states.size(2)])
        return torch.gather(states, 1, index)

    def teach(self, ids: Tensor, levels: Optional[Tensor], labels: Tensor) -> Tensor:
        # ids: [sample, slot, 1]; levels: [sample, slot], None where nothing is known
        # -> [sample, slot, width]
        tokens = ids.squeeze(2)
        seen = torch.zeros_like(tokens, dtype=torch.bool) if levels is None else levels >= 1
        return self.states(tokens, seen, labels)
