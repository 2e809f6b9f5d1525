class Nar(Module):
    """A transformer whose state at each token of a grid predicts the tokens right of it and below it."""
    # He et al., "Neighboring autoregressive modeling for efficient visual generation", 2025. Tokens
    # that are as far from the first corner (an anti-diagonal) are taken in together. An input sees the
    # condition, all tokens that are nearer, and all that are as far as itself; inputs of the condition
    # see those up to themselves.
    # condition: [row, condition input, width]; valid: bool [row, condition input], None for labels.
    n_right: int                    # blocks up to the states that predict what is right
    n_block: int                    # blocks up to the states that predict what is below
    right_norm: Tensor              # [width]
    below_norm: Tensor              # [width]

    def turns(self) -> Tensor:
        # When each input is taken in: int64 [condition input + slot]
        row = torch.arange(self.rows, device=self.token.device).repeat_interleave(self.columns)
        column = torch.arange(self.columns, device=self.token.device).repeat([self.rows])
        condition = torch.arange(self.n_condition, device=self.token.device)
        return torch.cat([condition, row + column + self.n_condition])

    def path(self) -> Tensor:
        # The inputs in the order in which they are taken in, a diagonal from its top row down
        turns = self.turns()
        return torch.argsort(turns * turns.size(0) + torch.arange(turns.size(0), device=turns.device))

    def proximity(self) -> Tensor:
        # bool [input, input]: what each input sees
        turns = self.turns()
        return turns <= turns.unsqueeze(1)

    def neighbours(self) -> Tuple[Tensor, Tensor]:
        # The inputs left of each slot and above it, -1 where there is none: int64 [slot] each. Both
        # neighbours of the first slot are the last input of the condition.
        slot = torch.arange(self.rows * self.columns, device=self.token.device)
        last = self.n_condition - 1
        left = torch.where(slot % self.columns > 0, slot + last, torch.full_like(slot, -1))
        upper = torch.where(slot >= self.columns, slot + self.n_condition - self.columns,
                            torch.full_like(slot, -1))
        first = slot == 0
        return torch.where(first, last, left), torch.where(first, last, upper)

    def mix(self, right: Tensor, below: Tensor, left: Tensor, upper: Tensor) -> Tensor:
        # right, below: [row, n, width], what predicts to the right and below; left, upper: [m], numbers
        # among the n of the neighbours of m slots, below 0 for none -> [row, m, 2 · width]: both, each
        # times its share in the prediction
        both = (left >= 0) & (upper >= 0)
        half = torch.where(both, 0.5, 1.0).to(right.dtype)
        of_left = (left >= 0).to(right.dtype) * half
        of_upper = (upper >= 0).to(right.dtype) * half
        return torch.cat([right[:, torch.clamp(left, min=0)] * of_left.unsqueeze(1),
                          below[:, torch.clamp(upper, min=0)] * of_upper.unsqueeze(1)], -1)

    def states(self, x: Tensor, table: Tensor, seen: Tensor, cache: Optional[Tensor], past: int) -> Tuple[Tensor, Tensor]:
        # As in block -> [row, n, width] each, what predicts to the right and what predicts below
        right = x
        for i in range(self.n_block):
            x = self.block(x, i, table, seen, cache, past)
            if i == self.n_right - 1:
                right = x
        return (self.rms_norm(right, self.right_norm, self.norm_eps),
                self.rms_norm(x, self.below_norm, self.norm_eps))

    def teach(self, ids: Tensor, condition: Tensor, valid: Optional[Tensor]) -> Tensor:
        # ids: [row, slot, 1] -> [row, slot, 2 · width]
        x = torch.cat([condition, self.by_token(ids)], 1)
        seen = self.without_padding(self.proximity(), valid, 0)
        right, below = self.states(x, self.rotary_table(), seen, None, 0)
        left, upper = self.neighbours()
        return self.mix(right, below, left, upper)

    def step(self, ids: Tensor, slots: Tensor, condition: Tensor, valid: Optional[Tensor], table: Tensor,
             cache: Tensor, past: int) -> Tensor:
        # Takes in the next inputs of the path after the first past ones; the condition comes first.
        # ids: [row, m, 1], their tokens; slots: [k], predicted from these inputs; table:
        # rotary_table(); cache: as in block, by path -> [row, k, 2 · width]
        x = self.by_token(ids)
        if past == 0:
            x = torch.cat([condition, x], 1)
        path = self.path()
        end = past + x.size(1)
        turns = self.turns()[path[:end]]
        seen = turns <= turns[past:].unsqueeze(1)
        seen = self.without_padding(seen, valid, past)
        right, below = self.states(x, table[path[past:end]], seen, cache, past)
        place = torch.argsort(path) - past
        left, upper = self.neighbours()
        left, upper = left[slots], upper[slots]
        left = torch.where(left < 0, left, place[torch.clamp(left, min=0)])
        upper = torch.where(upper < 0, upper, place[torch.clamp(upper, min=0)])
        return self.mix(right, below, left, upper)
