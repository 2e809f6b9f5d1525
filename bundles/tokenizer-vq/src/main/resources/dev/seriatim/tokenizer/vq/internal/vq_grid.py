class VqGrid(Module):
    """A convolutional autoencoder whose code is a grid of ids from one codebook."""
    # Each level halves the resolution. Codes and codebook are compared on the unit sphere, which
    # keeps the whole codebook in use (Yu et al., "Vector-quantized image modeling", 2022).
    n_level: int
    n_block: int                    # residual blocks per level, in the encoder and in the decoder
    groups: int                     # of the group norms
    commitment: float
    codebook: Tensor                # [vocabulary, code width]
    down_w: List[Tensor]            # [channel, channel of the level before, 4, 4]
    down_b: List[Tensor]
    up_w: List[Tensor]              # [channel of the level before, channel, 3, 3]
    up_b: List[Tensor]
    norm1_w: List[Tensor]           # residual blocks: encoder from fine to coarse, then decoder from
    norm1_b: List[Tensor]           # coarse to fine
    conv1_w: List[Tensor]           # [channel, channel, 3, 3]
    conv1_b: List[Tensor]
    norm2_w: List[Tensor]
    norm2_b: List[Tensor]
    conv2_w: List[Tensor]
    conv2_b: List[Tensor]
    to_code_w: Tensor               # [code width, last channel, 1, 1]
    to_code_b: Tensor
    from_code_w: Tensor             # [last channel, code width, 3, 3]
    from_code_b: Tensor
    out_w: Tensor                   # [image channel, channel, 3, 3]
    out_b: Tensor

    def block(self, x: Tensor, i: int) -> Tensor:
        h = torch.silu(torch.group_norm(x, self.groups, self.norm1_w[i], self.norm1_b[i]))
        h = torch.conv2d(h, self.conv1_w[i], self.conv1_b[i], padding=[1, 1])
        h = torch.silu(torch.group_norm(h, self.groups, self.norm2_w[i], self.norm2_b[i]))
        return x + torch.conv2d(h, self.conv2_w[i], self.conv2_b[i], padding=[1, 1])

    def code(self, images: Tensor) -> Tensor:
        # [sample, channel, row, column] in [0, 1] -> unit vectors [sample, slot, code width]
        x = images * 2 - 1
        for level in range(self.n_level):
            x = torch.conv2d(x, self.down_w[level], self.down_b[level], stride=[2, 2], padding=[1, 1])
            for j in range(self.n_block):
                x = self.block(x, level * self.n_block + j)
        x = torch.conv2d(torch.silu(x), self.to_code_w, self.to_code_b)
        return self.unit(x.flatten(2).transpose(1, 2))

    def unit(self, x: Tensor) -> Tensor:
        return x / torch.sqrt((x * x).sum(-1, keepdim=True) + 1e-12)

    def nearest(self, code: Tensor) -> Tensor:
        # On the unit sphere the nearest codebook vector is the one with the largest dot product.
        return torch.argmax(code @ self.unit(self.codebook).t(), -1)

    def images(self, code: Tensor, rows: int) -> Tensor:
        # unit vectors [sample, slot, code width] -> logits of pixels [sample, channel, row, column]
        b, s, d = code.size()
        x = code.transpose(1, 2).reshape(b, d, rows, s // rows)
        x = torch.conv2d(x, self.from_code_w, self.from_code_b, padding=[1, 1])
        at = self.n_level * self.n_block
        for k in range(self.n_level):
            level = self.n_level - 1 - k
            for j in range(self.n_block):
                x = self.block(x, at + k * self.n_block + j)
            x = torch.upsample_nearest2d(torch.silu(x), [x.size(2) * 2, x.size(3) * 2])
            x = torch.conv2d(x, self.up_w[level], self.up_b[level], padding=[1, 1])
        return torch.conv2d(torch.silu(x), self.out_w, self.out_b, padding=[1, 1])

    def encode(self, images: Tensor) -> Tensor:
        # [sample, channel, row, column] -> int64 [sample, slot, 1]
        return self.nearest(self.code(images)).unsqueeze(-1)

    def decode(self, ids: Tensor, settled: Tensor, rows: int) -> Tensor:
        # ids: [sample, slot, 1], settled: bool [sample, slot]; what is unknown decodes as the zero code
        code = torch.embedding(self.unit(self.codebook), ids[:, :, 0])
        code = code * settled.unsqueeze(-1).to(code.dtype)
        return torch.sigmoid(self.images(code, rows))

    def loss(self, images: Tensor, rows: int) -> Tensor:
        # van den Oord et al., "Neural discrete representation learning", 2017, equation 3, with the
        # Bernoulli likelihood of pixels in [0, 1]; the gradient passes straight through to the code.
        code = self.code(images)
        ids = self.nearest(code)
        chosen = torch.embedding(self.unit(self.codebook), ids)
        to_codebook = ((code.detach() - chosen) ** 2).sum(-1).mean()
        to_encoder = ((code - chosen.detach()) ** 2).sum(-1).mean()
        logits = self.images(code + (chosen - code).detach(), rows)
        nats = torch.binary_cross_entropy_with_logits(logits, images)
        return nats + to_codebook + self.commitment * to_encoder
