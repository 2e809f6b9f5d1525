class KlPyramid(Module):
    """Latents as a pyramid: every scale holds the whole map, area-averaged to its resolution."""
    # Ren et al., "FlowAR: scale-wise autoregressive image generation meets flow matching", 2024
    sides: List[int]                # rows and columns of each scale, coarse to fine
    feature_side: int               # of the map that features go through while sampling

    def map(self, tokens: Tensor, scale: int) -> Tensor:
        # [sample, slot of the scale, latent width] -> [sample, latent width, row, column]
        side = self.sides[scale]
        return tokens.transpose(1, 2).reshape(tokens.size(0), tokens.size(2), side, side)

    def reduced(self, latents: Tensor, scale: int) -> Tensor:
        # A map, area-averaged to a scale: [sample, slot of the scale, latent width]
        side = self.sides[scale]
        return torch.adaptive_avg_pool2d(latents, [side, side]).flatten(2).transpose(1, 2)

    def enlarged(self, latents: Tensor, side: int) -> Tensor:
        return torch.upsample_bicubic2d(latents, [side, side], False)

    def next(self, tokens: Tensor, scale: int, through: int) -> Tensor:
        # What a scale, from 1 on, is predicted from, given the tokens of the scale before it
        return self.reduced(self.enlarged(self.map(tokens, scale - 1), through), scale)

    def scale_of(self, tokens: Tensor, scale: int) -> Tensor:
        # [sample, slot, …] -> [sample, slot of the scale, …]
        first = 0
        for k in range(scale):
            first += self.sides[k] * self.sides[k]
        return tokens[:, first:first + self.sides[scale] * self.sides[scale]]

    def features(self, tokens: Tensor, scale: int) -> Tensor:
        # [sample, slot, latent width] -> [sample, slot of the scale, latent width], while sampling
        return self.next(self.scale_of(tokens, scale - 1), scale, self.feature_side)

    def teaching(self, tokens: Tensor) -> Tensor:
        # [sample, slot, latent width] -> the features of all scales from 1 on
        n = len(self.sides)
        scales = [self.next(self.scale_of(tokens, k - 1), k, self.sides[-1]) for k in range(1, n)]
        return torch.cat(scales, 1) if n > 1 else tokens[:, :0].clone()

    def tokens_of(self, latents: Tensor) -> Tensor:
        # A map -> the tokens of all scales: [sample, slot, latent width]
        return torch.cat([self.reduced(latents, k) for k in range(len(self.sides))], 1)

    def encode(self, images: Tensor) -> Tensor:
        # [sample, channel, row, column] in [0, 1] -> float32 [sample, slot, latent width]
        return self.tokens_of(self.mean_latents(images))

    def decode(self, tokens: Tensor, settled: Tensor) -> Tensor:
        # tokens: [sample, slot, latent width], settled: bool [sample, slot] -> images in [0, 1]. Where
        # the finest scale is unknown, what the scale before it says is enlarged.
        latents = torch.zeros([tokens.size(0), tokens.size(2), 1, 1], dtype=tokens.dtype, device=tokens.device)
        for k in range(len(self.sides)):
            known = self.map(self.scale_of(settled.unsqueeze(-1), k), k)
            coarser = self.enlarged(latents, self.sides[k])
            latents = torch.where(known, self.map(self.scale_of(tokens, k), k), coarser)
        return self.images(latents)
