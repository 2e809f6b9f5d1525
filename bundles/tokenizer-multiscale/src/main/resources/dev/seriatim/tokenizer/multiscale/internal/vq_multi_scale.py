class VqMultiScale(Module):
    """Images to ids of a pyramid of scales and back: a residual quantiser from coarse to fine."""
    # Tian et al., "Visual autoregressive modeling: scalable image generation via next-scale prediction",
    # 2024, algorithms 1 and 2. A map of codes is [sample, code width, row, column].
    sides: List[int]                # rows and columns of each scale, coarse to fine
    phi_of: List[int]               # which phi a scale goes through
    phi_ratio: float                # share of the convolution in phi
    cosine: bool                    # codes are compared by angle instead of distance
    commitment: float
    codebook: Tensor                # [vocabulary, code width]
    to_code_w: Tensor               # [code width, code width, k, k]
    to_code_b: Tensor
    from_code_w: Tensor             # [code width, code width, k, k]
    from_code_b: Tensor
    phi_w: Optional[List[Tensor]]   # [code width, code width, 3, 3]; none where phi is the identity
    phi_b: Optional[List[Tensor]]

    def code(self, images: Tensor) -> Tensor:
        # [sample, channel, row, column] in [-1, 1] -> the map that is quantised
        return self.same(self.encoder(images), self.to_code_w, self.to_code_b)

    def lookup(self, codes: Tensor) -> Tensor:
        # [..., code width] -> int64 [...]
        if self.cosine:
            return torch.argmax(self.unit(codes) @ self.unit(self.codebook).t(), -1)
        return self.nearest(codes, self.codebook)

    def ids_of(self, residual: Tensor, scale: int) -> Tensor:
        # The part of a map that a scale can hold: [sample, slot of the scale]
        side = self.sides[scale]
        return self.lookup(torch.adaptive_avg_pool2d(residual, [side, side]).flatten(2).transpose(1, 2))

    def enlarged(self, codes: Tensor, scale: int) -> Tensor:
        # [sample, slot of the scale, code width] -> what the scale adds to the map
        side, full = self.sides[scale], self.sides[-1]
        x = codes.transpose(1, 2).reshape(codes.size(0), codes.size(2), side, side)
        if side != full:
            x = torch.upsample_bicubic2d(x, [full, full], False)
        w, b = self.phi_w, self.phi_b
        if w is not None and b is not None:
            i = self.phi_of[scale]
            x = x * (1 - self.phi_ratio) + self.same(x, w[i], b[i]) * self.phi_ratio
        return x

    def quantise(self, code: Tensor) -> Tensor:
        # A map -> int64 [sample, slot]
        ids: List[Tensor] = []
        residual = code
        for scale in range(len(self.sides)):
            ids.append(self.ids_of(residual, scale))
            residual = residual - self.enlarged(torch.embedding(self.codebook, ids[scale]), scale)
        return torch.cat(ids, 1)

    def sums(self, ids: Tensor, settled: Optional[Tensor], scales: int) -> List[Tensor]:
        # ids: [sample, slot], settled: bool [sample, slot], None for all -> the map after each of the
        # first scales, coarse to fine. What is unknown adds nothing.
        total = torch.zeros(
            [ids.size(0), self.codebook.size(1), self.sides[-1], self.sides[-1]],
            dtype=self.codebook.dtype, device=self.codebook.device)
        totals: List[Tensor] = []
        first = 0
        for scale in range(scales):
            end = first + self.sides[scale] * self.sides[scale]
            codes = torch.embedding(self.codebook, ids[:, first:end])
            if settled is None:
                total = total + self.enlarged(codes, scale)
            else:
                known = settled[:, first:end].to(codes.dtype)
                added = self.enlarged(codes * known.unsqueeze(-1), scale)
                total = total + added * known.amax([1]).view(-1, 1, 1, 1)
            totals.append(total)
            first = end
        return totals

    def resized(self, total: Tensor, scale: int) -> Tensor:
        # A map at the resolution of a scale: [sample, slot of the scale, code width]
        side = self.sides[scale]
        return torch.adaptive_avg_pool2d(total, [side, side]).flatten(2).transpose(1, 2)

    def features(self, ids: Tensor, settled: Tensor, scale: int) -> Tensor:
        # What a scale, from 1 on, is predicted from: [sample, slot of the scale, code width]
        return self.resized(self.sums(ids, settled, scale)[scale - 1], scale).to(torch.float32)

    def phi_choice(self) -> Tensor:
        # int64 [scale]: the phi that each scale goes through
        return torch.tensor(self.phi_of, dtype=torch.int64, device=self.codebook.device)

    def teaching(self, ids: Tensor) -> Tensor:
        # [sample, slot] -> the features of all scales from 1 on: [sample, slot, code width]
        totals = self.sums(ids, None, len(self.sides) - 1)
        scales = [self.resized(totals[k], k + 1) for k in range(len(totals))]
        none = torch.embedding(self.codebook, ids[:, :0])
        return (torch.cat(scales, 1) if len(scales) > 0 else none).to(torch.float32)

    def pixels(self, code: Tensor) -> Tensor:
        # A map -> [sample, channel, row, column], about [-1, 1]
        return self.decoder(self.same(code.to(self.from_code_w.dtype), self.from_code_w, self.from_code_b))

    def encode(self, images: Tensor) -> Tensor:
        # [sample, channel, row, column] in [0, 1] -> int64 [sample, slot, 1]
        return self.quantise(self.code(images * 2 - 1)).unsqueeze(-1)

    def decode(self, ids: Tensor, settled: Tensor) -> Tensor:
        # ids: [sample, slot, 1], settled: [sample, slot] -> [sample, channel, row, column] in [0, 1]
        total = self.sums(ids[:, :, 0], settled, len(self.sides))[-1]
        return (torch.clamp(self.pixels(total), -1, 1) + 1) / 2

    def loss(self, images: Tensor) -> Tensor:
        # Reconstruction, and codebook and commitment losses of every partial sum; the gradient passes
        # straight through the quantiser.
        x = images * 2 - 1
        code = self.code(x)
        residual = code.detach()
        total = torch.zeros_like(residual)
        distance = torch.zeros([], device=x.device)
        for scale in range(len(self.sides)):
            added = self.enlarged(torch.embedding(self.codebook, self.ids_of(residual, scale)), scale)
            residual = residual - added.detach()
            total = total + added
            distance = distance + ((total - code.detach()) ** 2).mean()
            distance = distance + self.commitment * ((total.detach() - code) ** 2).mean()
        image = self.pixels(code + (total - code).detach())
        return ((image - x) ** 2).mean() + distance / len(self.sides)
