class Autoencoder(Module):
    """The convolutional encoder and decoder that image tokenizers share."""
    # Esser et al., "Taming transformers for high-resolution image synthesis", 2021. Residual blocks and
    # what follows them are numbered in the order in which they run: encoder from fine to coarse, its two
    # middle blocks, the decoder's two middle blocks, decoder from coarse to fine.
    # x is [sample, channel, row, column] throughout.
    n_level: int                    # resolutions, each half the one before
    encoder_blocks: int             # residual blocks per level
    decoder_blocks: int
    groups: int                     # of the group norms
    norm_eps: float
    block_shortcut: List[int]       # for each block its shortcut, -1 where the width stays
    block_attention: List[int]      # for each block the attention that follows it, -1 for none
    encoder_in_w: Tensor            # [width, image channel, 3, 3]
    encoder_in_b: Tensor
    encoder_norm_w: Tensor          # [channel of the coarsest level]
    encoder_norm_b: Tensor
    encoder_out_w: Tensor           # [latent, channel of the coarsest level, 3, 3]
    encoder_out_b: Tensor
    decoder_in_w: Tensor            # [channel of the coarsest level, latent, 3, 3]
    decoder_in_b: Tensor
    decoder_norm_w: Tensor          # [channel of the finest level]
    decoder_norm_b: Tensor
    decoder_out_w: Tensor           # [image channel, channel of the finest level, 3, 3]
    decoder_out_b: Tensor
    norm1_w: List[Tensor]           # of each block: [in]
    norm1_b: List[Tensor]
    conv1_w: List[Tensor]           # [out, in, 3, 3]
    conv1_b: List[Tensor]
    norm2_w: List[Tensor]           # [out]
    norm2_b: List[Tensor]
    conv2_w: List[Tensor]           # [out, out, 3, 3]
    conv2_b: List[Tensor]
    shortcut_w: Optional[List[Tensor]]  # [out, in, 1, 1]
    shortcut_b: Optional[List[Tensor]]
    attn_norm_w: Optional[List[Tensor]]
    attn_norm_b: Optional[List[Tensor]]
    attn_qkv_w: Optional[List[Tensor]]  # [q then k then v, channel, 1, 1]
    attn_qkv_b: Optional[List[Tensor]]
    attn_out_w: Optional[List[Tensor]]  # [channel, channel, 1, 1]
    attn_out_b: Optional[List[Tensor]]
    down_w: Optional[List[Tensor]]  # after each level of the encoder but the last: [channel, channel, 3, 3]
    down_b: Optional[List[Tensor]]
    up_w: Optional[List[Tensor]]    # after each level of the decoder but the last: [channel, channel, 3, 3]
    up_b: Optional[List[Tensor]]

    def encoder(self, images: Tensor) -> Tensor:
        # [sample, image channel, row, column] in [-1, 1] -> [sample, latent, row / f, column / f]
        x = self.same(images.to(self.encoder_in_w.dtype), self.encoder_in_w, self.encoder_in_b)
        for level in range(self.n_level):
            for j in range(self.encoder_blocks):
                x = self.block(x, level * self.encoder_blocks + j)
            if level < self.n_level - 1:
                x = self.downsample(x, level)
        middle = self.n_level * self.encoder_blocks
        x = self.block(self.block(x, middle), middle + 1)
        x = self.normed(x, self.encoder_norm_w, self.encoder_norm_b)
        return self.same(x, self.encoder_out_w, self.encoder_out_b)

    def decoder(self, latents: Tensor) -> Tensor:
        # [sample, latent, row, column] -> [sample, image channel, row · f, column · f], about [-1, 1]
        x = self.same(latents.to(self.decoder_in_w.dtype), self.decoder_in_w, self.decoder_in_b)
        middle = self.n_level * self.encoder_blocks + 2
        x = self.block(self.block(x, middle), middle + 1)
        for k in range(self.n_level):
            for j in range(self.decoder_blocks):
                x = self.block(x, middle + 2 + k * self.decoder_blocks + j)
            if k < self.n_level - 1:
                x = self.upsample(x, k)
        x = self.normed(x, self.decoder_norm_w, self.decoder_norm_b)
        return self.same(x, self.decoder_out_w, self.decoder_out_b).to(torch.float32)

    def block(self, x: Tensor, i: int) -> Tensor:
        # Residual block i, and attention where there is one
        h = self.same(self.normed(x, self.norm1_w[i], self.norm1_b[i]), self.conv1_w[i], self.conv1_b[i])
        h = self.same(self.normed(h, self.norm2_w[i], self.norm2_b[i]), self.conv2_w[i], self.conv2_b[i])
        shortcut_w, shortcut_b, j = self.shortcut_w, self.shortcut_b, self.block_shortcut[i]
        if shortcut_w is not None and shortcut_b is not None and j >= 0:
            x = self.same(x, shortcut_w[j], shortcut_b[j])
        x = x + h
        return x if self.block_attention[i] < 0 else self.pixel_attention(x, self.block_attention[i])

    def pixel_attention(self, x: Tensor, i: int) -> Tensor:
        # Every pixel looks at all pixels, with one head
        norm_w, norm_b, qkv_w, qkv_b = self.attn_norm_w, self.attn_norm_b, self.attn_qkv_w, self.attn_qkv_b
        out_w, out_b = self.attn_out_w, self.attn_out_b
        assert norm_w is not None and norm_b is not None and qkv_w is not None and qkv_b is not None
        assert out_w is not None and out_b is not None
        h = torch.group_norm(x, self.groups, norm_w[i], norm_b[i], self.norm_eps)
        qkv = self.same(h, qkv_w[i], qkv_b[i]).flatten(2).transpose(1, 2).unsqueeze(1)
        q, k, v = qkv.chunk(3, -1)                                  # [sample, 1, pixel, channel]
        h = torch.scaled_dot_product_attention(q, k, v)
        return x + self.same(h.squeeze(1).transpose(1, 2).reshape(x.size()), out_w[i], out_b[i])

    def downsample(self, x: Tensor, i: int) -> Tensor:
        # Half the resolution. Zeros are added on the right and below only.
        w, b = self.down_w, self.down_b
        assert w is not None and b is not None
        return torch.conv2d(torch.pad(x, [0, 1, 0, 1]), w[i], b[i], stride=[2, 2])

    def upsample(self, x: Tensor, i: int) -> Tensor:
        # Twice the resolution
        w, b = self.up_w, self.up_b
        assert w is not None and b is not None
        return self.same(self.doubled(x), w[i], b[i])

    def normed(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return self.activated(x, self.groups, weight, bias, self.norm_eps)
