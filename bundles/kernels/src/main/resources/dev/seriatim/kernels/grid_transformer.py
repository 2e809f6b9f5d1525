class GridTransformer(Module):
    """A transformer of LLaMA's kind over the inputs of a condition and then the tokens of a grid."""
    # Sun et al., "Autoregressive model beats diffusion: Llama for scalable image generation", 2024.
    # A label is one input, a caption as many as it has tokens.
    rows: int
    columns: int
    n_condition: int                # inputs of the condition
    n_head: int
    n_key: int                      # heads of keys and values, each shared by n_head / n_key queries
    rotary_base: float
    norm_eps: float
    token: Tensor                   # [vocabulary, width]
    label: Optional[Tensor]         # [label + 1, width]; the last row is "no label"
    uncaptioned: Optional[Tensor]   # [caption token, caption width], in the place of no caption
    caption_fc1: Optional[Tensor]   # [width, caption width]
    caption_fc2: Optional[Tensor]   # [width, width]
    attn_norm: List[Tensor]         # [width]
    qkv: List[Matrix]               # [(n_head + 2 · n_key) · head width, width]: q, then k, then v
    proj: List[Matrix]              # [width, width]
    mlp_norm: List[Tensor]          # [width]
    gate: List[Matrix]              # [mlp, width]
    up: List[Matrix]                # [mlp, width]
    down: List[Matrix]              # [width, mlp]

    def by_label(self, labels: Tensor) -> Tensor:
        # [row], from 0 to the number of labels, which stands for none -> [row, 1, width]
        table = self.label
        assert table is not None
        return torch.embedding(table, labels).unsqueeze(1)

    def by_caption(self, features: Tensor, missing: Tensor) -> Tensor:
        # features: [row, caption token, caption width]; missing: bool [row], where there is no
        # caption -> [row, caption token, width]
        uncaptioned, fc1, fc2 = self.uncaptioned, self.caption_fc1, self.caption_fc2
        assert uncaptioned is not None and fc1 is not None and fc2 is not None
        features = torch.where(missing.view(-1, 1, 1), uncaptioned, features.to(uncaptioned.dtype))
        return torch.linear(torch.gelu(torch.linear(features, fc1), approximate="tanh"), fc2)

    def by_token(self, ids: Tensor) -> Tensor:
        # [row, n, 1] -> [row, n, width]
        return torch.embedding(self.token, ids.squeeze(2))

    def rotary_table(self) -> Tensor:
        # [condition input + slot, head width / 2, (cos, sin)]. Inputs of the condition have no position:
        # cosine and sine are 0, and with them queries and keys.
        d = self.token.size(1) // self.n_head
        grid = self.rotary_grid(self.rows, self.columns, self.rotary_base, d, self.token)
        return torch.cat([torch.zeros_like(grid[:1]).repeat([self.n_condition, 1, 1]), grid])

    def without_padding(self, seen: Tensor, valid: Optional[Tensor], past: int) -> Tensor:
        # seen: bool [n, past + n], what inputs past .. past + n - 1 see, those of the condition first;
        # valid: bool [row, condition input], false where the caption is padding -> bool, as in attend.
        # Every input sees itself.
        if valid is None:
            return seen
        n, m = seen.size()
        others = torch.ones([valid.size(0), m - valid.size(1)], dtype=torch.bool, device=seen.device)
        itself = torch.eye(n, m - past, dtype=torch.bool, device=seen.device)
        itself = torch.cat([torch.zeros([n, past], dtype=torch.bool, device=seen.device), itself], 1)
        return (seen & torch.cat([valid, others], 1).unsqueeze(1) | itself).unsqueeze(1)

    def remember(self, cache: Tensor, k: Tensor, v: Tensor, past: int) -> Tuple[Tensor, Tensor]:
        # cache: [key or value, row, key head, input, head width]; k, v: [row, key head, n, head width],
        # of inputs past .. past + n - 1 -> keys and values of inputs 0 .. past + n - 1
        end = past + k.size(2)
        cache[0, :, :, past:end] = k
        cache[1, :, :, past:end] = v
        return cache[0, :, :, :end].to(k.dtype), cache[1, :, :, :end].to(v.dtype)

    def block(self, x: Tensor, i: int, table: Tensor, seen: Optional[Tensor], cache: Optional[Tensor],
              past: int) -> Tensor:
        # x: [row, n, width], inputs past .. past + n - 1; table: [n, head width / 2, (cos, sin)];
        # seen: as in attend; cache: [layer, key or value, row, key head, input, head width]
        row, n, width = x.size()
        d = width // self.n_head
        h = self.rms_norm(x, self.attn_norm[i], self.norm_eps)
        q, k, v = torch.linear(h, self.qkv[i]).split_with_sizes([width, self.n_key * d, self.n_key * d], -1)
        q = self.rotate(self.heads(q, self.n_head), table).to(x.dtype)
        k = self.rotate(self.heads(k, self.n_key), table).to(x.dtype)
        v = self.heads(v, self.n_key)
        if cache is not None:
            k, v = self.remember(cache[i], k, v, past)
        if self.n_key < self.n_head:
            k = k.repeat_interleave(self.n_head // self.n_key, 1)
            v = v.repeat_interleave(self.n_head // self.n_key, 1)
        x = x + torch.linear(self.merge(self.attend(q, k, v, seen)), self.proj[i])
        h = self.rms_norm(x, self.mlp_norm[i], self.norm_eps)
        return x + self.swiglu(h, self.gate[i], self.up[i], self.down[i])
