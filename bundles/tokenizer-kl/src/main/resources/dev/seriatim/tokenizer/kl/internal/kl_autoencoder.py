class KlAutoencoder(Module):
    """A variational autoencoder with a map of latents."""
    # Kingma and Welling, "Auto-encoding variational Bayes", 2013; Rombach et al., "High-resolution image
    # synthesis with latent diffusion models", 2022. Latents are [sample, latent width, row, column], and
    # scaled: what tokens hold.
    scale_factor: float             # of latents, so that they vary by about one
    kl_weight: float
    to_code_w: Tensor               # [2 · latent width, 2 · latent width, 1, 1]
    to_code_b: Tensor
    from_code_w: Tensor             # [latent width, latent width, 1, 1]
    from_code_b: Tensor

    def moments(self, images: Tensor) -> Tensor:
        # [sample, channel, row, column] in [-1, 1] -> [sample, mean then log variance, row, column]
        return self.same(self.encoder(images), self.to_code_w, self.to_code_b)

    def posterior(self, moments: Tensor, noise: Optional[Tensor]) -> Tensor:
        # Latents drawn with standard normal noise, or their mean
        mean, log_variance = moments.chunk(2, 1)
        if noise is not None:
            mean = mean + torch.exp(torch.clamp(log_variance, -30.0, 20.0) * 0.5) * noise
        return mean * self.scale_factor

    def pixels(self, latents: Tensor) -> Tensor:
        # Latents -> [sample, channel, row, column], about [-1, 1]
        code = (latents / self.scale_factor).to(self.from_code_w.dtype)
        return self.decoder(self.same(code, self.from_code_w, self.from_code_b))

    def mean_latents(self, images: Tensor) -> Tensor:
        # [sample, channel, row, column] in [0, 1] -> latents
        return self.posterior(self.moments(images * 2 - 1), None).to(torch.float32)

    def images(self, latents: Tensor) -> Tensor:
        # Latents -> [sample, channel, row, column] in [0, 1]
        return (torch.clamp(self.pixels(latents), -1, 1) + 1) / 2

    def loss(self, images: Tensor) -> Tensor:
        # Squared error of pixels in [-1, 1], and the divergence of the posterior from a standard normal
        # in nats, both per number
        x = images * 2 - 1
        moments = self.moments(x)
        mean, log_variance = moments.chunk(2, 1)
        log_variance = torch.clamp(log_variance, -30.0, 20.0)
        divergence = 0.5 * (mean ** 2 + torch.exp(log_variance) - 1 - log_variance).mean()
        latents = self.posterior(moments, torch.randn_like(mean))
        return ((self.pixels(latents) - x) ** 2).mean() + self.kl_weight * divergence
