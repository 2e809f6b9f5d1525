class TitokDirect(Module):
    """TiTok whose decoder gives pixels."""
    to_pixel_w: Tensor          # [patch row · patch column · 3, width, 1, 1]
    to_pixel_b: Tensor
    smooth_w: Tensor            # [3, 3, 3, 3]
    smooth_b: Tensor
    patch: int                  # pixels along the edge of a patch

    def readout(self, x: Tensor) -> Tensor:
        # [b, width, patch row, patch column] -> [b, 3, h, w]
        x = self.depth_to_space(self.same(x, self.to_pixel_w, self.to_pixel_b), self.patch)
        return self.same(x, self.smooth_w, self.smooth_b)

    def pixels(self, x: Tensor) -> Tensor:
        return self.readout(x)
