class Rar(Module):
    """A causal transformer over slots in any order, told at each input which slot is next."""
    # Yu et al., "Randomized autoregressive visual generation", 2024. Input 0 is a token of the
    # model's own, input 1 the condition, input 2 + k the k-th token of the order. Input 1 + k knows
    # the slot of the k-th token; the state there predicts it.
    # Place 0 is input 0, place 1 the condition, place 2 + s slot s.
    n_layer: int
    n_head: int
    vocabulary: int
    start: Tensor               # [width], input 0
    embedding: Tensor           # [vocabulary + 1 + label + 1, width]: tokens, one unused, conditions
    position: Tensor            # [place, width]
    target: Tensor              # [place, width], of the slot that is next
    time: Tensor                # [input, width]
    norm1_w: List[Tensor]       # [width]
    norm1_b: List[Tensor]
    qkv_w: List[Matrix]         # [3 · width, width]
    qkv_b: List[Tensor]
    q_norm_w: List[Tensor]      # [head width]
    q_norm_b: List[Tensor]
    k_norm_w: List[Tensor]
    k_norm_b: List[Tensor]
    proj_w: List[Matrix]        # [width, width]
    proj_b: List[Tensor]
    norm2_w: List[Tensor]
    norm2_b: List[Tensor]
    fc_w: List[Matrix]          # [mlp, width]
    fc_b: List[Tensor]
    out_w: List[Matrix]         # [width, mlp]
    out_b: List[Tensor]
    adaln_w: List[Matrix]       # [6 · width, width]
    adaln_b: List[Tensor]
    final_w: Matrix             # [2 · width, width]
    final_b: Tensor

    def condition_ids(self, labels: Tensor) -> Tensor:
        # [row], from 0 to the number of labels, which stands for none -> rows of the table
        return labels + (self.vocabulary + 1)

    def permute(self, ids: Tensor, order: Tensor) -> Tensor:
        # ids: [row, slot], order: [row, slot] -> the ids in that order
        return torch.gather(ids, 1, order)

    def remember(self, cache: Tensor, k: Tensor, v: Tensor, index: Tensor, end: int) -> Tuple[Tensor, Tensor]:
        # cache: [key or value, row, head, input, head width]; k, v: [row, head, n, head width];
        # index: [row, n], their inputs -> keys and values of inputs 0 .. end - 1
        at = index.view(index.size(0), 1, -1, 1).expand_as(k)
        cache[0].scatter_(2, at, k.to(cache.dtype))
        cache[1].scatter_(2, at, v.to(cache.dtype))
        return cache[0, :, :, :end].to(k.dtype), cache[1, :, :, :end].to(v.dtype)

    def block(self, x: Tensor, c: Tensor, i: int, seen: Tensor, cache: Optional[Tensor], index: Tensor) -> Tensor:
        # x: [row, n, width]; c: [row, n, width], what modulates; seen: bool, as in attend
        m = torch.linear(c, self.adaln_w[i], self.adaln_b[i])
        shift1, scale1, gate1, shift2, scale2, gate2 = m.chunk(6, -1)
        h = self.modulate(self.norm(x, self.norm1_w[i], self.norm1_b[i], 1e-6), scale1, shift1)
        q, k, v = self.split_qkv(torch.linear(h, self.qkv_w[i], self.qkv_b[i]), self.n_head)
        q = self.norm(q, self.q_norm_w[i], self.q_norm_b[i], 1e-6)
        k = self.norm(k, self.k_norm_w[i], self.k_norm_b[i], 1e-6)
        if cache is not None:
            k, v = self.remember(cache[i], k, v, index, seen.size(-1))
        a = self.merge(self.attend(q, k, v, seen))
        x = x + gate1 * torch.linear(a, self.proj_w[i], self.proj_b[i])
        h = self.modulate(self.norm(x, self.norm2_w[i], self.norm2_b[i], 1e-6), scale2, shift2)
        h = torch.gelu(torch.linear(h, self.fc_w[i], self.fc_b[i]))
        return x + gate2 * torch.linear(h, self.out_w[i], self.out_b[i])

    def states(self, ids: Tensor, places: Tensor, targets: Tensor, times: Tensor, index: Tensor,
               labels: Tensor, seen: Tensor, cache: Optional[Tensor]) -> Tensor:
        # ids: [row, n], tokens of the inputs (any number where the input is none); places: [row, n];
        # targets: [row, n], places of the next slots, 0 for none; times: [row, n], which inputs
        # they are; index: [row, n], where they are in the cache; labels: [row]
        # -> float32 [row, n, width]
        condition = self.condition_ids(labels).unsqueeze(1)
        x = torch.embedding(self.embedding, torch.where(places == 1, condition, ids))
        x = torch.where((places == 0).unsqueeze(2), self.start, x)
        x = x + torch.embedding(self.position, places)
        x = x + torch.embedding(self.target, targets) * (targets > 0).unsqueeze(2)
        c = torch.embedding(self.embedding, condition) + torch.embedding(self.time, times)
        c = torch.silu(c)
        for i in range(self.n_layer):
            x = self.block(x, c, i, seen, cache, index)
        scale, shift = torch.linear(c, self.final_w, self.final_b).chunk(2, -1)
        return self.modulate(self.norm(x, None, None, 1e-6), scale, shift).to(torch.float32)

    def sequence(self, ids: Tensor, order: Tensor, labels: Tensor) -> Tensor:
        # ids: [row, n], the first n tokens of the order; order: [row, slot]; labels: [row]
        # -> [row, 1 + n, width], the states that predict token 0 .. n; where n is the number of
        # slots, the last predicts nothing
        row, n = ids.size()
        edge = torch.zeros([row, 1], dtype=torch.int64, device=ids.device)
        places = torch.cat([edge, edge + 1, order[:, :n] + 2], 1)
        targets = torch.cat([edge, order[:, :n + 1] + 2, edge], 1)[:, :n + 2]
        tokens = torch.cat([edge, edge, ids], 1)
        index = torch.arange(n + 2, device=ids.device).expand([row, -1])
        seen = self.causal(n + 2, 0, ids)
        return self.states(tokens, places, targets, index, index, labels, seen, None)[:, 1:]

    def teach(self, ids: Tensor, order: Optional[Tensor], labels: Tensor) -> Tensor:
        # ids: [sample, slot, 1]; order: [sample, slot], None for that of the numbers
        # -> [sample, slot, width], by slot
        tokens = ids.squeeze(2)
        if order is None:
            order = torch.arange(tokens.size(1), device=ids.device).expand([tokens.size(0), -1])
        x = self.sequence(self.permute(tokens, order)[:, :-1], order, labels)
        return torch.scatter(torch.zeros_like(x), 1, order.unsqueeze(2).expand_as(x), x)

    def step(self, ids: Tensor, places: Tensor, targets: Tensor, times: Tensor, sees: Tensor,
             index: Tensor, picked: Tensor, labels: Tensor, cache: Tensor, end: int) -> Tensor:
        # ids, places, targets, times, index: [sample, n], new inputs; sees: [sample, n], how many
        # inputs of the cache each sees beside itself; picked: [sample, m], which of the n predict;
        # labels: [stream · sample]; cache: [layer, key or value, row, head, input, head width];
        # end: inputs in the cache afterwards -> [stream · sample, m, width]
        streams = [labels.size(0) // ids.size(0), 1]
        index = index.repeat(streams)
        inputs = torch.arange(end, device=ids.device)
        itself = inputs == index.unsqueeze(2)
        seen = ((inputs < sees.repeat(streams).unsqueeze(2)) | itself).unsqueeze(1)
        x = self.states(ids.repeat(streams), places.repeat(streams), targets.repeat(streams),
                        times.repeat(streams), index, labels, seen, cache)
        return torch.gather(x, 1, picked.repeat(streams).unsqueeze(2).expand([-1, -1, x.size(2)]))
