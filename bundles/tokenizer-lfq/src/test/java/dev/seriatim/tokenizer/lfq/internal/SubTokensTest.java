package dev.seriatim.tokenizer.lfq.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.tokenizer.lfq.internal.LfqGridFactory.Configuration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubTokensTest extends LfqGridContract {
  @Override
  protected Configuration configuration() {
    return with(4, 4, 5, List.of(2, 3), List.of(8, 8), 0);
  }

  @Test
  void theFirstChannelOfATokenIsItsLeastSignificantBit() throws Exception {
    onEngine(
        () -> {
          Kernel kernel = ((KernelPart) part()).kernel();
          float[] channels = {0.5f, -1, 0, 2, 3};
          NDArray code = scope().manager().create(channels, new Shape(1, 5, 1, 1));
          NDArray ids = kernel.callForOne(scope().manager(), "tokens", code, new long[] {2, 3});
          assertThat(ids.toLongArray()).containsExactly(1, 6);
          NDArray back = kernel.callForOne(scope().manager(), "lookup", ids, new long[] {2, 3}, 1);
          assertThat(back.toFloatArray()).containsExactly(1, -1, -1, 1, 1);
        });
  }
}
