class VqGan(Module):
    """Images to a grid of ids from one codebook and back."""
    # Esser et al., "Taming transformers for high-resolution image synthesis", 2021; with codes on the
    # unit sphere: Sun et al., "Autoregressive model beats diffusion", 2024. A map of codes is
    # [sample, code width, row, column].
    on_sphere: bool                 # codes have length 1
    commitment: float
    codebook: Tensor                # [vocabulary, code width]
    to_code_w: Tensor               # [code width, latent width, 1, 1]
    to_code_b: Tensor
    from_code_w: Tensor             # [latent width, code width, 1, 1]
    from_code_b: Tensor

    def placed(self, codes: Tensor) -> Tensor:
        # [..., code width], brought to the sphere if that is where codes are
        return self.unit(codes) if self.on_sphere else codes

    def code(self, images: Tensor) -> Tensor:
        # [sample, channel, row, column] in [-1, 1] -> the map before it is compared with the codebook
        return self.same(self.encoder(images), self.to_code_w, self.to_code_b)

    def lookup(self, codes: Tensor) -> Tensor:
        # [sample, slot, code width], placed -> int64 [sample, slot]
        return self.nearest(codes, self.placed(self.codebook))

    def quantise(self, code: Tensor) -> Tensor:
        # A map -> int64 [sample, slot]
        return self.lookup(self.placed(code.flatten(2).transpose(1, 2)))

    def codes(self, ids: Tensor) -> Tensor:
        # [sample, slot] -> [sample, slot, code width]
        return torch.embedding(self.placed(self.codebook), ids)

    def map(self, codes: Tensor, rows: int) -> Tensor:
        # [sample, slot, code width] -> a map
        b, n, d = codes.size()
        return codes.transpose(1, 2).reshape(b, d, rows, n // rows)

    def pixels(self, code: Tensor) -> Tensor:
        # A map of codes -> [sample, channel, row, column], about [-1, 1]
        return self.decoder(self.same(code, self.from_code_w, self.from_code_b))

    def encode(self, images: Tensor) -> Tensor:
        # [sample, channel, row, column] in [0, 1] -> int64 [sample, slot, 1]
        return self.quantise(self.code(images * 2 - 1)).unsqueeze(-1)

    def decode(self, ids: Tensor, settled: Tensor, rows: int) -> Tensor:
        # ids: [sample, slot, 1], settled: bool [sample, slot] -> images in [0, 1]. What is unknown
        # decodes as the zero code.
        codes = self.codes(ids[:, :, 0])
        codes = codes * settled.unsqueeze(-1).to(codes.dtype)
        return (torch.clamp(self.pixels(self.map(codes, rows)), -1, 1) + 1) / 2

    def loss(self, images: Tensor, rows: int) -> Tensor:
        # van den Oord et al., "Neural discrete representation learning", 2017, equation 3; the gradient
        # passes straight through to the code.
        x = images * 2 - 1
        code = self.placed(self.code(x).flatten(2).transpose(1, 2))
        chosen = self.codes(self.lookup(code.detach()))
        to_codebook = ((chosen - code.detach()) ** 2).mean()
        to_encoder = ((chosen.detach() - code) ** 2).mean()
        image = self.pixels(self.map(code + (chosen - code).detach(), rows))
        return ((image - x) ** 2).mean() + to_codebook + self.commitment * to_encoder
