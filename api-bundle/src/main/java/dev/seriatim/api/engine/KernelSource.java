package dev.seriatim.api.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The text of a kernel: one TorchScript class in a file of its own.
 *
 * <pre>
 * class Linear(Module):
 *     width: int                # a constant
 *     weight: Tensor            # [out, in], bound from the weight "weight"
 *     blocks: List[Tensor]      # bound from "blocks.0", "blocks.1", …
 *     bias: Optional[Tensor]    # bound from "bias" if there is such a weight, else None
 *     more: Optional[List[Tensor]]  # from "more.0", "more.1", … if there are such, else None
 *     kept: Optional[List[Tensor]]  # no such weights: the kernel's own, starts as None
 *
 *     def forward(self, x: Tensor) -&gt; Tensor:
 *         return torch.linear(x, self.weight)
 * </pre>
 *
 * <p>Operators are libtorch's own ({@code torch.softmax}, {@code torch.linear}, {@code
 * torch.layer_norm}, …); {@code assert condition, "message {}".format(n)} raises. A method returns
 * new tensors, never an argument or a view of one, because an argument's memory may end with the
 * caller's scope. A method needs a result type to be differentiated.
 *
 * <p>Methods that several kernels share stand in a class of a text of their own, a library; {@link
 * #with} adds them to a kernel, which then calls them as its own ({@code self.rms_norm(…)}).
 *
 * @param name for messages, usually the file's name
 * @param text the source
 * @param libraries classes whose attributes and methods are added to this one's
 */
public record KernelSource(String name, String text, List<KernelSource> libraries) {
  /** Copies the list. */
  public KernelSource {
    libraries = List.copyOf(libraries);
  }

  /** A kernel that stands alone. */
  public KernelSource(String name, String text) {
    this(name, text, List.of());
  }

  /**
   * This kernel with the attributes and methods of a library. A name that both have is refused when
   * the kernel is compiled; errors name the text that they are in.
   */
  public KernelSource with(KernelSource library) {
    List<KernelSource> more = new ArrayList<>(libraries);
    more.add(library);
    return new KernelSource(name, text, more);
  }

  /**
   * Reads a resource beside a class.
   *
   * @throws IllegalArgumentException when there is no such resource
   */
  public static KernelSource resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "No kernel resource " + name + " beside " + beside.getName());
      }
      return new KernelSource(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read kernel resource " + name, e);
    }
  }
}
