class Frechet(Module):
    """Moments of features, and the Frechet distance between two Gaussians; all in float64."""

    def moments(self, features: Tensor) -> Tuple[Tensor, Tensor]:
        # float32 [sample, feature] -> mean [feature], unbiased covariance [feature, feature]
        x = features.to(torch.float64)
        mean = x.mean(0)
        x = x - mean
        return mean, x.t() @ x / (x.size(0) - 1)

    def roots(self, values: Tensor) -> Tensor:
        # eigenvalues in rising order; what is zero but for rounding counts as zero, or else the many
        # such values of a covariance without full rank would add up to something
        rounding = values[-1] * values.size(0) * 2.3e-16
        return torch.sqrt(torch.where(values > rounding, values, torch.zeros_like(values)))

    def distance(self, mean_a: Tensor, cov_a: Tensor, mean_b: Tensor, cov_b: Tensor) -> Tensor:
        # |a - b|^2 + tr(A + B - 2 (A B)^1/2), Dowson and Landau, "The Frechet distance between
        # multivariate normal distributions", 1982. A B has the eigenvalues of A^1/2 B A^1/2, which is
        # symmetric.
        values, vectors = torch.linalg_eigh(cov_a)
        root = (vectors * self.roots(values)) @ vectors.t()
        cross = self.roots(torch.linalg_eigvalsh(root @ cov_b @ root)).sum()
        between = ((mean_a - mean_b) ** 2).sum()
        return torch.relu(between + torch.trace(cov_a) + torch.trace(cov_b) - 2 * cross)
