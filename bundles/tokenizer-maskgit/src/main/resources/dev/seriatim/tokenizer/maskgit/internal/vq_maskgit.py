class VqMaskgit(Module):
    """MaskGIT's VQGAN: images to a grid of ids from one codebook and back."""
    # Chang et al., "MaskGIT: masked generative image transformer", 2022. The half that paints, and the
    # residual blocks of both halves, are in maskgit_decoder.py.
    commitment: float
    codebook: Tensor            # [vocabulary, code width]
    from_pixel_w: Tensor        # [channel, image channel, 3, 3]
    code_norm_w: Tensor
    code_norm_b: Tensor
    to_code_w: Tensor           # [code width, channel, 1, 1]
    to_code_b: Tensor

    def code(self, images: Tensor) -> Tensor:
        # [b, image channel, h · f, w · f] from 0 to 1 -> [b, code width, h, w]
        x = self.same(images.to(self.from_pixel_w.dtype), self.from_pixel_w, None)
        i = (self.n_level + 1) * self.n_block       # the encoder's blocks follow the decoder's
        for level in range(self.n_level):
            for j in range(self.n_block):
                x = self.block(x, i)
                i += 1
            if level < self.n_level - 1:
                x = torch.avg_pool2d(x, [2, 2])
        for j in range(self.n_block):
            x = self.block(x, i)
            i += 1
        x = self.activated(x, self.groups, self.code_norm_w, self.code_norm_b, 1e-6)
        return self.same(x, self.to_code_w, self.to_code_b)

    def quantize(self, code: Tensor) -> Tensor:
        # [b, code width, h, w] -> int64 [b, slot]
        return self.nearest(code.flatten(2).transpose(1, 2), self.codebook)

    def lookup(self, ids: Tensor, rows: int) -> Tensor:
        # int64 [b, slot] -> [b, code width, h, w]
        code = torch.embedding(self.codebook, ids).transpose(1, 2)
        return code.reshape(code.size(0), code.size(1), rows, -1)

    def snap(self, code: Tensor) -> Tensor:
        # [b, code width, h, w] -> the same, at the nearest vectors of the codebook
        return self.lookup(self.quantize(code), code.size(2)).contiguous()

    def encode(self, images: Tensor) -> Tensor:
        # [b, image channel, h · f, w · f] -> int64 [b, slot, 1]
        return self.quantize(self.code(images)).unsqueeze(-1)

    def decode(self, ids: Tensor, settled: Tensor, rows: int) -> Tensor:
        # ids: [b, slot, 1], settled: bool [b, slot]; what is unknown decodes as the zero code
        code = self.lookup(ids[:, :, 0], rows)
        known = settled.view(code.size(0), 1, rows, -1).to(code.dtype)
        return torch.clamp(self.paint(code * known).to(torch.float32), 0., 1.)

    def loss(self, images: Tensor) -> Tensor:
        # van den Oord et al., "Neural discrete representation learning", 2017, equation 3, with the
        # Gaussian likelihood of pixels; the gradient passes straight through to the code.
        code = self.code(images)
        chosen = self.snap(code)
        to_codebook = ((code.detach() - chosen) ** 2).mean()
        to_encoder = ((code - chosen.detach()) ** 2).mean()
        pixels = self.paint(code + (chosen - code).detach())
        return ((pixels - images) ** 2).mean() + to_codebook + self.commitment * to_encoder
