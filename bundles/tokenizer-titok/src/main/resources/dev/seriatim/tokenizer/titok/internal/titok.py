class Titok(Module):
    """An image as a short sequence of tokens: two vision transformers with latent tokens."""
    # Yu et al., "An image is worth 32 tokens for reconstruction and generation", 2024 (TiTok). The way
    # from the decoder's patches to pixels, `pixels`, is in titok_direct.py or titok_codebook.py.
    # Needs transformer.py and convolution.py.
    encoder_layers: int
    encoder_heads: int
    encoder_patch: int
    decoder_layers: int
    decoder_heads: int
    rows: int                   # of the decoder's grid of patches
    unit_codes: bool            # whether codes and codebook are compared, and decoded, at length 1
    interleaved: bool           # the first models read [token, width] as [width, token], unturned
    codebook: Optional[Tensor]  # [vocabulary, code width]; None where tokens are vectors
    patch_w: Tensor             # [width, 3, patch, patch]
    patch_b: Tensor
    latent: Tensor              # [token, width]: what the encoder's tokens start from, places included
    encoder_class: Tensor       # [1, width]
    encoder_place: Tensor       # [1 + patch, width]; the first is the class token's
    latent_place: Tensor        # [token, width]
    to_code_w: Tensor           # [code width, width, 1, 1]; twice the code width where tokens are vectors
    to_code_b: Tensor
    embed_w: Matrix             # [width, code width]
    embed_b: Tensor
    code_place: Tensor          # [token, width]
    decoder_class: Tensor       # [1, width]
    decoder_place: Tensor       # [1 + patch, width]
    mask: Tensor                # [1, width]: what the decoder's patches start from
    pre_w: List[Tensor]         # [width], norms around the layers: the encoder's, then the decoder's
    pre_b: List[Tensor]
    post_w: List[Tensor]
    post_b: List[Tensor]
    ln1_w: List[Tensor]         # [width], layers of the encoder, then of the decoder
    ln1_b: List[Tensor]
    qkv_w: List[Matrix]         # [q then k then v, width]
    qkv_b: List[Tensor]
    proj_w: List[Matrix]        # [width, width]
    proj_b: List[Tensor]
    ln2_w: List[Tensor]
    ln2_b: List[Tensor]
    fc_w: List[Matrix]          # [4 · width, width]
    fc_b: List[Tensor]
    out_w: List[Matrix]         # [width, 4 · width]
    out_b: List[Tensor]

    def layer(self, x: Tensor, i: int, n_head: int) -> Tensor:
        h = self.norm(x, self.ln1_w[i], self.ln1_b[i], 1e-5)
        q, k, v = self.split_qkv(torch.linear(h, self.qkv_w[i], self.qkv_b[i]), n_head)
        h = self.merge(self.attend(q, k, v, None))
        x = x + torch.linear(h, self.proj_w[i], self.proj_b[i])
        h = self.norm(x, self.ln2_w[i], self.ln2_b[i], 1e-5)
        h = torch.gelu(torch.linear(h, self.fc_w[i], self.fc_b[i]))
        return x + torch.linear(h, self.out_w[i], self.out_b[i])

    def code(self, images: Tensor) -> Tensor:
        # [b, 3, h, w] from 0 to 1 -> [b, token, code width], before quantisation
        p = self.encoder_patch
        x = torch.conv2d(images.to(self.patch_w.dtype), self.patch_w, self.patch_b, stride=[p, p])
        x = x.flatten(2).transpose(1, 2)                            # [b, patch, width]
        b, n, width = x.size()
        x = torch.cat([self.encoder_class.expand(b, 1, width), x], 1) + self.encoder_place
        x = torch.cat([x, (self.latent + self.latent_place).expand(b, -1, width)], 1)
        x = self.norm(x, self.pre_w[0], self.pre_b[0], 1e-5)
        for i in range(self.encoder_layers):
            x = self.layer(x, i, self.encoder_heads)
        x = self.norm(x[:, 1 + n:], self.post_w[0], self.post_b[0], 1e-5)
        if self.interleaved:
            x = x.reshape(b, width, -1).transpose(1, 2)
        return torch.linear(x, self.to_code_w.flatten(1), self.to_code_b)

    def comparable(self, code: Tensor) -> Tensor:
        return self.unit(code) if self.unit_codes else code

    def vectors(self) -> Tensor:
        codebook = self.codebook
        assert codebook is not None, "the tokens are vectors"
        return self.comparable(codebook)

    def quantize(self, code: Tensor) -> Tensor:
        # [b, token, code width] -> int64 [b, token]
        return self.nearest(self.comparable(code), self.vectors())

    def lookup(self, ids: Tensor) -> Tensor:
        # int64 [b, token] -> [b, token, code width]
        return torch.embedding(self.vectors(), ids)

    def posterior(self, code: Tensor) -> Tuple[Tensor, Tensor]:
        # Where tokens are vectors: the mean and the logarithm of the variance of each number.
        # [b, token, 2 · code width] -> two of float32 [b, token, code width]
        mean, logvar = code.to(torch.float32).chunk(2, -1)
        return mean.clone(), torch.clamp(logvar, -30., 20.)

    def sample(self, code: Tensor, noise: Tensor) -> Tensor:
        # noise: standard normal [b, token, code width]
        mean, logvar = self.posterior(code)
        return mean + torch.exp(logvar / 2) * noise

    def patches(self, code: Tensor) -> Tensor:
        # [b, token, code width] -> [b, width, patch row, patch column]
        b, n, _ = code.size()
        x = torch.linear(code.to(self.embed_w.dtype), self.embed_w, self.embed_b)
        width = x.size(2)
        masked = self.mask.expand(self.decoder_place.size(0) - 1, width)
        grid = torch.cat([self.decoder_class, masked], 0) + self.decoder_place
        x = torch.cat([grid.expand(b, -1, width), x + self.code_place], 1)
        x = self.norm(x, self.pre_w[1], self.pre_b[1], 1e-5)
        for i in range(self.decoder_layers):
            x = self.layer(x, self.encoder_layers + i, self.decoder_heads)
        x = self.norm(x[:, 1:grid.size(0)], self.post_w[1], self.post_b[1], 1e-5)
        return x.transpose(1, 2).reshape(b, width, self.rows, -1)

    def encode_ids(self, images: Tensor) -> Tensor:
        # [b, 3, h, w] -> int64 [b, token, 1]
        return self.quantize(self.code(images)).unsqueeze(-1)

    def encode_vectors(self, images: Tensor) -> Tensor:
        # [b, 3, h, w] -> [b, token, code width], the mean
        return self.posterior(self.code(images))[0]

    def decode_ids(self, ids: Tensor, settled: Tensor) -> Tensor:
        # ids: [b, token, 1], settled: bool [b, token]; what is unknown decodes as the zero code
        return self.decode_vectors(self.lookup(ids[:, :, 0]), settled)

    def decode_vectors(self, code: Tensor, settled: Tensor) -> Tensor:
        # code: [b, token, code width], settled: bool [b, token] -> [b, 3, h, w] from 0 to 1
        code = code * settled.unsqueeze(-1).to(code.dtype)
        return torch.clamp(self.pixels(self.patches(code)).to(torch.float32), 0., 1.)

    def loss(self, images: Tensor, commitment: float) -> Tensor:
        # van den Oord et al., "Neural discrete representation learning", 2017, equation 3, with the
        # Gaussian likelihood of pixels; the gradient passes straight through to the code.
        code = self.comparable(self.code(images))
        chosen = self.lookup(self.quantize(code))
        to_codebook = ((code.detach() - chosen) ** 2).mean()
        to_encoder = ((code - chosen.detach()) ** 2).mean()
        pixels = self.pixels(self.patches(code + (chosen - code).detach()))
        return ((pixels - images) ** 2).mean() + to_codebook + commitment * to_encoder
