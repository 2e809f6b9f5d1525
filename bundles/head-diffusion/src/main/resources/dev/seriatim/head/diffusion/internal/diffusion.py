class Diffusion(Module):
    """A small network that denoises the token of one slot, its loss, and its sampler."""
    # Li et al., "Autoregressive image generation without vector quantization", 2024, section 3. The
    # variance is learned: Nichol and Dhariwal, "Improved denoising diffusion probabilistic models",
    # 2021. Rows are slots of samples; slots do not see each other.
    n_block: int
    n_time: int                # diffusion steps in training
    time_in_w: Matrix          # [mlp, 256]
    time_in_b: Tensor
    time_out_w: Matrix         # [mlp, mlp]
    time_out_b: Tensor
    condition_w: Matrix        # [mlp, width]
    condition_b: Tensor
    token_w: Matrix            # [mlp, token]
    token_b: Tensor
    ada_w: List[Matrix]        # [3 · mlp, mlp]: shift, scale, gate
    ada_b: List[Tensor]
    norm_w: List[Tensor]       # [mlp]
    norm_b: List[Tensor]
    fc_w: List[Matrix]         # [mlp, mlp]
    fc_b: List[Tensor]
    out_w: List[Matrix]        # [mlp, mlp]
    out_b: List[Tensor]
    final_ada_w: Matrix        # [2 · mlp, mlp]: shift, scale
    final_ada_b: Tensor
    final_w: Matrix            # [2 · token, mlp]: noise, variance
    final_b: Tensor

    # The network

    def time(self, t: Tensor) -> Tensor:
        # t: int64 [row], in training steps -> [row, mlp]
        x = self.sinusoid(t, self.time_in_w.size(1)).to(self.time_in_w.dtype)
        x = torch.silu(torch.linear(x, self.time_in_w, self.time_in_b))
        return torch.linear(x, self.time_out_w, self.time_out_b)

    def condition(self, hidden: Tensor) -> Tensor:
        # [row, width] -> [row, mlp]
        return torch.linear(hidden.to(self.condition_w.dtype), self.condition_w, self.condition_b)

    def denoise(self, x: Tensor, y: Tensor) -> Tensor:
        # x: [row, token], y: time and condition, [row, mlp] -> float32 [row, 2 · token]
        y = torch.silu(y)
        x = torch.linear(x.to(self.token_w.dtype), self.token_w, self.token_b)
        for i in range(self.n_block):
            shift, scale, gate = torch.linear(y, self.ada_w[i], self.ada_b[i]).chunk(3, -1)
            h = self.modulate(self.norm(x, self.norm_w[i], self.norm_b[i], 1e-6), scale, shift)
            h = torch.silu(torch.linear(h, self.fc_w[i], self.fc_b[i]))
            x = x + gate * torch.linear(h, self.out_w[i], self.out_b[i])
        shift, scale = torch.linear(y, self.final_ada_w, self.final_ada_b).chunk(2, -1)
        x = self.modulate(self.norm(x, None, None, 1e-6), scale, shift)
        return torch.linear(x, self.final_w, self.final_b).to(torch.float32)

    def network(self, x: Tensor, t: Tensor, hidden: Tensor) -> Tensor:
        # x: [row, token], t: int64 [row], hidden: [row, width] -> [row, 2 · token]
        return self.denoise(x, self.time(t) + self.condition(hidden))

    def guided(self, x: Tensor, t: Tensor, condition: Tensor, weights: Tensor) -> Tuple[Tensor, Tensor]:
        # The noise of all streams, weighted: Ho and Salimans, "Classifier-free diffusion guidance",
        # 2022. x: [row, token], t: int64 [stream · row] or [1], condition: [stream · row, mlp],
        # weights: [stream] -> noise [row, token], variance [stream · row, token]
        n = weights.size(0)
        noise, variance = self.denoise(x.repeat([n, 1]), self.time(t) + condition).chunk(2, -1)
        noise = (noise.view(n, x.size(0), -1) * weights.view(n, 1, 1)).sum(0) if n > 1 else noise
        return noise, variance

    # The noise schedule

    def times(self, sections: List[int], x: Tensor) -> Tensor:
        # The training steps that sampling takes: all of them are cut into sections of one length, and
        # of each so many are taken, evenly spaced -> int64 [step], ascending, on the device of x
        length, more = self.n_time // len(sections), self.n_time % len(sections)
        taken: List[float] = []
        start = 0.0
        for i in range(len(sections)):
            size = length + 1 if i < more else length
            stride = (size - 1) / (sections[i] - 1) if sections[i] > 1 else 1.0
            offset = 0.0
            for j in range(sections[i]):
                # Half to even, as the sum of strides stands after rounding
                taken.append(start + float(torch.round(torch.scalar_tensor(offset, dtype=torch.float64))))
                offset += stride
            start += size
        return torch.tensor(taken, dtype=torch.float64).to(torch.int64).to(x.device)

    def strided(self, stride: int, x: Tensor) -> Tensor:
        # Every so many training steps from 0 on -> int64 [step], on the device of x
        return torch.arange(0, self.n_time, stride, device=x.device)

    def schedule(self, times: Tensor) -> Tensor:
        # The cosine schedule (Nichol and Dhariwal, 2021) at some of its steps, float64 [coefficient, step]:
        # beta, sqrt(abar), sqrt(1 - abar), sqrt(1 / abar), sqrt(1 / abar - 1), weights of x0 and of x in
        # the posterior mean, log-variance of the posterior
        n = self.n_time
        at = torch.arange(n + 1, dtype=torch.float64, device=times.device) / n
        signal = torch.pow(torch.cos((at + 0.008) / 1.008 * 3.141592653589793 / 2), 2)
        beta = torch.clamp(1 - signal[1:] / signal[:-1], max=0.999)
        kept = torch.cumprod(1 - beta, 0)[times]
        one = torch.ones([1], dtype=torch.float64, device=times.device)
        beta = 1 - kept / torch.cat([one, kept[:-1]])
        kept = torch.cumprod(1 - beta, 0)
        before = torch.cat([one, kept[:-1]])
        variance = beta * (1 - before) / (1 - kept)
        # The first step's variance is 0: the second's stands in for it under the logarithm
        floor = variance[1:2] if times.size(0) > 1 else beta[:1]
        log_variance = torch.log(torch.cat([floor, variance[1:]]))
        x0 = beta * torch.sqrt(before) / (1 - kept)
        xt = (1 - before) * torch.sqrt(1 - beta) / (1 - kept)
        return torch.stack([beta, torch.sqrt(kept), torch.sqrt(1 - kept), torch.sqrt(1 / kept),
                            torch.sqrt(1 / kept - 1), x0, xt, log_variance])

    def log_variance(self, share: Tensor, beta: Tensor, posterior: Tensor) -> Tensor:
        # The network says where between its bounds the log-variance lies, from -1 to 1
        fraction = (share + 1) / 2
        return fraction * torch.log(beta).to(torch.float32) + (1 - fraction) * posterior.to(torch.float32)

    # The sampler

    def reverse(self, x: Tensor, noise: Tensor, variance: Tensor, at: Tensor, fresh: Optional[Tensor],
                temperature: float) -> Tensor:
        # One step back in time; at: float64 [coefficient]; all others [row, token]
        c = at.to(torch.float32)
        x0 = c[3] * x - c[4] * noise
        mean = c[5] * x0 + c[6] * x
        if fresh is None:
            return mean
        return mean + torch.exp(0.5 * self.log_variance(variance, at[0], at[7])) * (fresh * temperature)

    def path(self, hidden: List[Tensor], weights: Tensor, times: Tensor, noise: List[Tensor],
             temperature: float) -> Tensor:
        # hidden: of each stream, [sample, slot, width]; weights: [stream]; noise: the initial one, then
        # that of each step but the last, or none for a path without chance, [sample, slot, token]
        # -> the tokens after each step, [step, sample, slot, token]
        schedule = self.schedule(times)
        condition = self.condition(torch.cat(hidden).flatten(0, 1))
        x = noise[0].flatten(0, 1)
        n, steps = x.size(0), times.size(0)
        after: List[Tensor] = []
        for i in range(steps):
            step = steps - 1 - i
            predicted, variance = self.guided(x, times[step:step + 1], condition, weights)
            fresh: Optional[Tensor] = None
            if i + 1 < len(noise):
                fresh = noise[i + 1].flatten(0, 1)
            x = self.reverse(x, predicted, variance[:n], schedule[:, step], fresh, temperature)
            after.append(x.view(noise[0].size()))
        return torch.stack(after)

    def sample(self, hidden: List[Tensor], weights: Tensor, times: Tensor, noise: List[Tensor],
               temperature: float) -> Tensor:
        # -> [sample, slot, token]
        return self.path(hidden, weights, times, noise, temperature)[-1]

    # The loss

    def terms(self, x0: Tensor, hidden: Tensor, t: Tensor, noise: Tensor) -> Tuple[Tensor, Tensor]:
        # x0, noise: [row, token], hidden: [row, width], t: int64 [row] -> squared error of the noise,
        # and the variational bound in bits, which teaches the variance alone; both [row]
        every = self.schedule(torch.arange(self.n_time, device=t.device))
        at = every[:, t].unsqueeze(-1)
        c = at.to(torch.float32)
        x = c[1] * x0 + c[2] * noise
        predicted, share = self.network(x, t, hidden).chunk(2, -1)
        error = torch.pow(noise - predicted, 2).mean(-1)
        mean = c[5] * (c[3] * x - c[4] * predicted.detach()) + c[6] * x
        log_variance = self.log_variance(share, at[0], at[7])
        apart = self.divergence(c[5] * x0 + c[6] * x, c[7], mean, log_variance)
        bound = torch.where(t.unsqueeze(-1) == 0, -self.bin(x0, mean, 0.5 * log_variance), apart)
        return error, bound.mean(-1) / 0.6931471805599453

    def divergence(self, mean1: Tensor, log_variance1: Tensor, mean2: Tensor, log_variance2: Tensor) -> Tensor:
        # Kullback-Leibler divergence of two Gaussians, in nats
        return 0.5 * (log_variance2 - log_variance1 - 1 + torch.exp(log_variance1 - log_variance2)
                      + torch.pow(mean1 - mean2, 2) * torch.exp(-log_variance2))

    def bin(self, x: Tensor, mean: Tensor, log_deviation: Tensor) -> Tensor:
        # Log-probability of x ± 1/255 under a Gaussian whose tails count to the ends of [-1, 1]
        scale = torch.exp(-log_deviation)
        above = self.normal_cdf(scale * (x - mean + 1.0 / 255))
        below = self.normal_cdf(scale * (x - mean - 1.0 / 255))
        p = torch.where(x < -0.999, above, torch.where(x > 0.999, 1 - below, above - below))
        return torch.log(torch.clamp(p, min=1e-12))

    def normal_cdf(self, x: Tensor) -> Tensor:
        # The approximation by a hyperbolic tangent that the bound is defined with
        return 0.5 * (1 + torch.tanh(0.7978845608028654 * (x + 0.044715 * torch.pow(x, 3))))

    def loss(self, hidden: Tensor, tokens: Tensor, weight: Optional[Tensor], uniform: Tensor, noise: Tensor) -> Tensor:
        # hidden: [sample, slot, width], tokens: [sample, slot, token], weight: [sample, slot],
        # uniform: [sample, slot, repeat], noise: [sample, slot, repeat · token] -> scalar.
        # The network is small next to what made the hidden states: each is used several times.
        repeats = uniform.size(2)
        t = torch.clamp((uniform * self.n_time).to(torch.int64), max=self.n_time - 1).reshape(-1)
        x0 = tokens.repeat_interleave(repeats, 1).view(-1, tokens.size(2))
        states = hidden.repeat_interleave(repeats, 1).flatten(0, 1)
        error, bound = self.terms(x0, states, t, noise.reshape(-1, tokens.size(2)))
        per_slot = (error + bound).view(tokens.size(0), tokens.size(1), repeats).mean(-1)
        if weight is not None:
            return (per_slot * weight).sum() / weight.sum()
        return per_slot.mean()
