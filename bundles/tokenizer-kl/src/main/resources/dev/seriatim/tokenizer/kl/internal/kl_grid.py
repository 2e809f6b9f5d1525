class KlGrid(Module):
    """Latents as a grid of tokens, each a square patch of them."""
    # Li et al., "Autoregressive image generation without vector quantization", 2024
    patch: int                      # rows and columns of latents in a token

    def patchify(self, latents: Tensor, p: int) -> Tensor:
        # [b, c, h · p, w · p] -> [b, slot (h, w), (c, patch row, patch column)]
        b, c, h, w = latents.size()
        x = latents.view(b, c, h // p, p, w // p, p).permute([0, 2, 4, 1, 3, 5])
        return x.reshape(b, (h // p) * (w // p), c * p * p)

    def unpatchify(self, tokens: Tensor, p: int, rows: int) -> Tensor:
        # [b, slot (rows, w), (c, patch row, patch column)] -> [b, c, rows · p, w · p]
        b, n, d = tokens.size()
        c, w = d // (p * p), n // rows
        x = tokens.view(b, rows, w, c, p, p).permute([0, 3, 1, 4, 2, 5])
        return x.reshape(b, c, rows * p, w * p)

    def encode(self, images: Tensor) -> Tensor:
        # [sample, channel, row, column] in [0, 1] -> float32 [sample, slot, width]
        return self.patchify(self.mean_latents(images), self.patch)

    def decode(self, tokens: Tensor, settled: Tensor, rows: int) -> Tensor:
        # tokens: [sample, slot, width], settled: bool [sample, slot] -> images in [0, 1]. What is
        # unknown decodes as the mean of latents, 0.
        known = tokens * settled.unsqueeze(-1).to(tokens.dtype)
        return self.images(self.unpatchify(known, self.patch, rows))
