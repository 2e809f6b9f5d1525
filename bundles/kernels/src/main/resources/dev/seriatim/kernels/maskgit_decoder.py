class MaskgitDecoder(Module):
    """MaskGIT's VQGAN, the half that paints: code vectors to pixels."""
    # Chang et al., "MaskGIT: masked generative image transformer", 2022: the VQGAN of Esser et al.,
    # 2021, without attention. Needs convolution.py.
    n_level: int                # each level but the last halves rows and columns
    n_block: int                # residual blocks per level, and as many in the middle
    groups: int                 # of the group norms
    shortcut: List[int]         # for each block the index of its shortcut; -1 where it has none
    norm1_w: List[Tensor]       # residual blocks in the order in which they run: the middle, then the
    norm1_b: List[Tensor]       # levels from coarse to fine; an encoder's blocks may follow
    conv1_w: List[Tensor]       # [channel out, channel in, 3, 3]
    norm2_w: List[Tensor]
    norm2_b: List[Tensor]
    conv2_w: List[Tensor]       # [channel out, channel out, 3, 3]
    shortcut_w: Optional[List[Tensor]]  # [channel out, channel out, 1, 1]
    from_code_w: Tensor         # [channel, code width, 3, 3]
    from_code_b: Tensor
    up_w: Optional[List[Tensor]]        # [channel, channel, 3, 3], levels from coarse to fine
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
        if self.shortcut[i] < 0 or ws is None:
            return x + h
        # Where the channels change nothing passes the block by: the shortcut starts at its result.
        return h + self.same(h, ws[self.shortcut[i]], None)

    def enlarge(self, x: Tensor, i: int) -> Tensor:
        ws, bs = self.up_w, self.up_b
        assert ws is not None and bs is not None, "level {} has no way up".format(i)
        return self.same(self.doubled(x), ws[i], bs[i])

    def paint(self, code: Tensor) -> Tensor:
        # [b, code width, h, w] -> pixels, roughly from 0 to 1: [b, image channel, h · f, w · f]
        x = self.same(code, self.from_code_w, self.from_code_b)
        for j in range(self.n_block):
            x = self.block(x, j)
        for k in range(self.n_level):
            for j in range(self.n_block):
                x = self.block(x, (k + 1) * self.n_block + j)
            if k < self.n_level - 1:
                x = self.enlarge(x, k)
        x = self.activated(x, self.groups, self.last_norm_w, self.last_norm_b, 1e-6)
        return self.same(x, self.to_pixel_w, self.to_pixel_b)
