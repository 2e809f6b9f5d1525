# What the engine itself needs of libtorch and DJL does not offer.
class EngineKernel(Module):
    def gradients(self, loss: Tensor, weights: List[Tensor]) -> List[Tensor]:
        found = torch.grad([loss], weights, allow_unused=True)
        gradients: List[Tensor] = []
        for i in range(len(weights)):
            gradient = found[i]
            if gradient is None:
                gradients.append(torch.zeros_like(weights[i]))
            else:
                gradients.append(gradient)
        return gradients

    def to_bfloat16(self, x: Tensor) -> Tensor:
        return x.to(torch.bfloat16)

    def pack(self, weight: Tensor) -> Tensor:
        # [out, in], as oneDNN wants it
        return ops.mkldnn._reorder_linear_weight(weight, None)

    def unpack(self, weight: Tensor) -> Tensor:
        return weight.to_dense()
