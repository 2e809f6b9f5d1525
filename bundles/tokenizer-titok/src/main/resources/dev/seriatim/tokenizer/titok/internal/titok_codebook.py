class TitokCodebook(Module):
    """TiTok whose decoder mixes the vectors of another tokenizer, MaskGIT's VQGAN, which paints."""
    readout1_w: Tensor          # [2 · width, width, 1, 1]
    readout1_b: Tensor
    readout2_w: Tensor          # [pixel vocabulary, 2 · width, 1, 1]
    readout2_b: Tensor
    pixel_codebook: Tensor      # [pixel vocabulary, pixel code width]

    def readout(self, x: Tensor) -> Tensor:
        # [b, width, patch row, patch column] -> logits [b, pixel vocabulary, patch row, patch column]
        x = torch.tanh(self.same(x, self.readout1_w, self.readout1_b))
        return self.same(x, self.readout2_w, self.readout2_b)

    def mixture(self, logits: Tensor) -> Tensor:
        # To the expected vector of the pixel codebook, [b, pixel code width, patch row, patch column]
        weights = torch.softmax(logits, 1).permute([0, 2, 3, 1])
        return torch.matmul(weights, self.pixel_codebook).permute([0, 3, 1, 2])

    def pixels(self, x: Tensor) -> Tensor:
        return self.paint(self.mixture(self.readout(x)))
