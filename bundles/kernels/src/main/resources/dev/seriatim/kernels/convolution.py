class Convolution(Module):
    """What convolutional autoencoders are made of."""
    # Everything here is [sample, channel, row, column].

    def same(self, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
        # A convolution with a kernel of odd size that keeps rows and columns
        return torch.conv2d(x, w, b, padding=[w.size(2) // 2, w.size(3) // 2])

    def activated(self, x: Tensor, groups: int, w: Tensor, b: Tensor, eps: float) -> Tensor:
        # Group norm (Wu and He, 2018), then SiLU
        return torch.silu(torch.group_norm(x, groups, w, b, eps))

    def doubled(self, x: Tensor) -> Tensor:
        # Twice the rows and columns, by repetition
        return torch.upsample_nearest2d(x, [x.size(2) * 2, x.size(3) * 2])

    def depth_to_space(self, x: Tensor, n: int) -> Tensor:
        # [b, n · n · c, h, w] -> [b, c, h · n, w · n]; channels are (row, column, c) of the n × n cell
        b, d, h, w = x.size()
        c = d // (n * n)
        cells = x.view(b, n, n, c, h, w).permute([0, 3, 4, 1, 5, 2])
        return cells.reshape(b, c, h * n, w * n)

    def nearest(self, code: Tensor, codebook: Tensor) -> Tensor:
        # Ids of the codebook's vectors at the smallest Euclidean distance:
        # code [..., d], codebook [vocabulary, d] -> int64 [...]; always in float32
        code, codebook = code.to(torch.float32), codebook.to(torch.float32)
        squares = (codebook * codebook).sum(-1)
        return torch.argmin(squares - 2 * torch.matmul(code, codebook.t()), -1)
