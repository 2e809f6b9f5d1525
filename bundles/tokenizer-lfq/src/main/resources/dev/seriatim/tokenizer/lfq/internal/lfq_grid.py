class LfqGrid(Module):
    """Images to a grid of binary codes and back; no codebook is looked up."""
    # Luo et al., "Open-MAGVIT2: an open-source project toward democratizing auto-regressive visual
    # generation", 2024, after the tokenizer of MAGVIT-v2 (Yu et al., 2024).
    n_level: int                # each level but the last halves rows and columns
    n_block: int                # residual blocks per level, and as many in the middle
    groups: int                 # of the group norms
    n_bit: int                  # of a code: one channel each
    token_bits: List[int]       # of each token of a slot; the first token has the first channels
    shortcut: List[int]         # for each block the index of its shortcut; -1 where it has none
    norm1_w: List[Tensor]       # residual blocks in the order in which they run: the encoder's levels
    norm1_b: List[Tensor]       # from fine to coarse and its middle, the decoder's middle and its
    conv1_w: List[Tensor]       # levels from coarse to fine. [channel out, channel in, 3, 3]
    norm2_w: List[Tensor]
    norm2_b: List[Tensor]
    conv2_w: List[Tensor]       # [channel out, channel out, 3, 3]
    shortcut_w: Optional[List[Tensor]]  # [channel out, channel in, 1, 1]
    from_pixel_w: Tensor        # [channel, image channel, 3, 3]
    down_w: Optional[List[Tensor]]      # [channel, channel, 3, 3]
    down_b: Optional[List[Tensor]]
    code_norm_w: Tensor
    code_norm_b: Tensor
    to_code_w: Tensor           # [bit, channel, 1, 1]
    to_code_b: Tensor
    from_code_w: Tensor         # [channel, bit, 3, 3]
    from_code_b: Tensor
    scale_w: List[Matrix]       # [channel, bit], of the norm before each level of the decoder
    scale_b: List[Tensor]
    shift_w: List[Matrix]
    shift_b: List[Tensor]
    up_w: Optional[List[Tensor]]        # [4 · channel, channel, 3, 3]
    up_b: Optional[List[Tensor]]
    last_norm_w: Tensor
    last_norm_b: Tensor
    to_pixel_w: Tensor          # [image channel, channel, 3, 3]
    to_pixel_b: Tensor

    def block(self, x: Tensor, i: int) -> Tensor:
        h = self.activated(x, self.groups, self.norm1_w[i], self.norm1_b[i], 1e-6)
        h = self.same(h, self.conv1_w[i], None)
        h = self.activated(h, self.groups, self.norm2_w[i], self.norm2_b[i], 1e-6)
        h = self.same(h, self.conv2_w[i], None)
        ws = self.shortcut_w
        if self.shortcut[i] >= 0 and ws is not None:
            x = self.same(x, ws[self.shortcut[i]], None)
        return x + h

    def blocks(self, x: Tensor, level: int) -> Tensor:
        for j in range(self.n_block):
            x = self.block(x, level * self.n_block + j)
        return x

    def reduce(self, x: Tensor, i: int) -> Tensor:
        ws, bs = self.down_w, self.down_b
        assert ws is not None and bs is not None, "level {} has no way down".format(i)
        return torch.conv2d(x, ws[i], bs[i], stride=[2, 2], padding=[1, 1])

    def enlarge(self, x: Tensor, i: int) -> Tensor:
        ws, bs = self.up_w, self.up_b
        assert ws is not None and bs is not None, "level {} has no way up".format(i)
        return self.depth_to_space(self.same(x, ws[i], bs[i]), 2)

    def adapt(self, x: Tensor, code: Tensor, i: int) -> Tensor:
        # A group norm whose scale and shift come from the code: its deviation and its mean over the grid
        of_grid = code.flatten(2)
        deviation = torch.sqrt(torch.var(of_grid, [2], correction=1) + 1e-6)
        scale = torch.linear(deviation, self.scale_w[i], self.scale_b[i])
        shift = torch.linear(of_grid.mean([2]), self.shift_w[i], self.shift_b[i])
        x = torch.group_norm(x, self.groups, None, None, 1e-6)
        return scale.unsqueeze(-1).unsqueeze(-1) * x + shift.unsqueeze(-1).unsqueeze(-1)

    def code(self, pixels: Tensor) -> Tensor:
        # [b, image channel, h · f, w · f] from -1 to 1 -> [b, bit, h, w], of which the signs count
        x = self.same(pixels.to(self.from_pixel_w.dtype), self.from_pixel_w, None)
        for level in range(self.n_level):
            x = self.blocks(x, level)
            if level < self.n_level - 1:
                x = self.reduce(x, level)
        x = self.blocks(x, self.n_level)
        x = self.activated(x, self.groups, self.code_norm_w, self.code_norm_b, 1e-6)
        return self.same(x, self.to_code_w, self.to_code_b)

    def quantize(self, code: Tensor) -> Tensor:
        # To 1 where it is above zero, else to -1; in memory vector by vector, as a lookup gives them
        vectors = code.permute([0, 2, 3, 1]).contiguous()
        return ((vectors > 0).to(code.dtype) * 2 - 1).permute([0, 3, 1, 2])

    def paint(self, code: Tensor) -> Tensor:
        # [b, bit, h, w], -1 or 1 -> pixels, roughly from -1 to 1: [b, image channel, h · f, w · f]
        x = self.same(code, self.from_code_w, self.from_code_b)
        x = self.blocks(x, self.n_level + 1)
        for k in range(self.n_level):
            x = self.blocks(self.adapt(x, code, k), self.n_level + 2 + k)
            if k < self.n_level - 1:
                x = self.enlarge(x, k)
        x = self.activated(x, self.groups, self.last_norm_w, self.last_norm_b, 1e-6)
        return self.same(x, self.to_pixel_w, self.to_pixel_b).to(torch.float32)

    def pack(self, bits: Tensor) -> Tensor:
        # [..., bit], above zero for a one -> int64 [...]; channel c counts 2^c
        ones = (bits > 0).to(torch.int64)
        return (ones * 2 ** torch.arange(bits.size(-1), device=bits.device)).sum(-1)

    def unpack(self, ids: Tensor, n: int) -> Tensor:
        # int64 [...] -> int64 [..., n], 0 or 1
        return torch.bitwise_right_shift(ids.unsqueeze(-1), torch.arange(n, device=ids.device)) % 2

    def tokens(self, code: Tensor, token_bits: List[int]) -> Tensor:
        # [b, bit, h, w] -> int64 [b, slot, token]
        parts = torch.split_with_sizes(code.flatten(2).transpose(1, 2), token_bits, -1)
        return torch.stack([self.pack(part) for part in parts], -1)

    def slot_tokens(self, code: Tensor) -> Tensor:
        # [b, bit, h, w] -> int64 [b, slot, token], as a slot holds them
        return self.tokens(code, self.token_bits)

    def lookup(self, ids: Tensor, token_bits: List[int], rows: int) -> Tensor:
        # int64 [b, slot, token] -> [b, bit, h, w], -1 or 1
        parts = [self.unpack(ids[:, :, i], token_bits[i]) for i in range(len(token_bits))]
        bits = torch.cat(parts, -1).transpose(1, 2).to(self.from_code_w.dtype) * 2 - 1
        return bits.reshape(bits.size(0), bits.size(1), rows, -1)

    def encode(self, images: Tensor) -> Tensor:
        # [b, image channel, h · f, w · f] from 0 to 1 -> int64 [b, slot, token]
        return self.slot_tokens(self.code(images * 2 - 1))

    def decode(self, ids: Tensor, settled: Tensor, rows: int) -> Tensor:
        # ids: [b, slot, token], settled: bool [b, slot]; what is unknown decodes as the zero code
        code = self.lookup(ids, self.token_bits, rows)
        known = settled.view(code.size(0), 1, rows, -1).to(code.dtype)
        return torch.clamp((self.paint(code * known) + 1) / 2, 0., 1.)
