class ConvClassifier(Module):
    """A small convolutional classifier: at each level two convolutions, then half the resolution."""
    # Group norms (Wu and He, "Group normalization", 2018) instead of batch norms: an image is judged
    # alike whatever else is in its batch, and there are no running statistics to keep.
    n_level: int
    groups: int
    smoothing: float                # of the labels (Szegedy et al., 2016)
    conv_w: List[Tensor]            # two per level: [channel, channel before, 3, 3]
    conv_b: List[Tensor]
    norm_w: List[Tensor]
    norm_b: List[Tensor]
    feature_w: Matrix               # [feature, channel * row * column of the last level]
    feature_b: Tensor
    class_w: Matrix                 # [class, feature]
    class_b: Tensor

    def layer(self, x: Tensor, i: int) -> Tensor:
        x = torch.conv2d(x, self.conv_w[i], self.conv_b[i], padding=[1, 1])
        return torch.relu(torch.group_norm(x, self.groups, self.norm_w[i], self.norm_b[i]))

    def features(self, images: Tensor) -> Tensor:
        # [sample, channel, row, column] in [0, 1] -> [sample, feature]
        x = images.to(self.class_w.dtype) * 2 - 1
        for level in range(self.n_level):
            x = self.layer(self.layer(x, 2 * level), 2 * level + 1)
            x = torch.max_pool2d(x, [2, 2])
        return torch.relu(torch.linear(x.flatten(1), self.feature_w, self.feature_b))

    def judge(self, images: Tensor) -> Tuple[Tensor, Tensor]:
        # -> features [sample, feature], logits [sample, class]
        features = self.features(images)
        logits = torch.linear(features, self.class_w, self.class_b)
        return features.to(torch.float32), logits.to(torch.float32)

    def loss(self, images: Tensor, labels: Tensor) -> Tensor:
        # labels: int64 [sample] -> mean cross-entropy in nats
        features, logits = self.judge(images)
        return torch.cross_entropy_loss(logits, labels, label_smoothing=self.smoothing)
