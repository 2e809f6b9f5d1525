package dev.seriatim.checkpoints.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written is read. */
class SafetensorsRoundTripTest {
  private final SafetensorsFormat format = new SafetensorsFormat();

  @Property(tries = 300)
  void tensorsComeBack(
      @ForAll("tensors") List<TensorData> tensors,
      @ForAll("metadata") Map<String, String> metadata) {
    Path file = RawFile.temporary(new byte[0]);
    try {
      format.write(file, metadata, tensors);
      try (Checkpoint checkpoint = format.open(file)) {
        assertThat(checkpoint.path()).isEqualTo(file);
        assertThat(checkpoint.metadata()).isEqualTo(metadata);
        assertThat(checkpoint.tensors()).hasSize(tensors.size());
        for (TensorData tensor : tensors) {
          String name = tensor.info().name();
          assertThat(checkpoint.tensors().get(name)).isEqualTo(tensor.info());
          assertThat(checkpoint.bytes(name)).isEqualTo(tensor.bytes());
          assertThat(checkpoint.bytes(name).isReadOnly()).isTrue();
          assertThat(checkpoint.bytes(name).order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        }
      }
    } finally {
      RawFile.delete(file);
    }
  }

  @Provide
  Arbitrary<List<TensorData>> tensors() {
    return tensor().list().ofMaxSize(8).uniqueElements(tensor -> tensor.info().name());
  }

  private static Arbitrary<TensorData> tensor() {
    Arbitrary<String> names =
        Arbitraries.oneOf(
            Arbitraries.of("wte.weight", "blocks.0.attn", "\"quoted\\", "größe", "重み", "𝒙", " "),
            Arbitraries.strings()
                .excludeChars('\ud800')
                .withCharRange(' ', '~')
                .ofMinLength(1)
                .ofMaxLength(40));
    Arbitrary<long[]> shapes = Arbitraries.longs().between(0, 5).array(long[].class).ofMaxSize(4);
    return Combinators.combine(
            names, Arbitraries.of(ElementType.class), shapes, Arbitraries.longs())
        .as(SafetensorsRoundTripTest::tensor);
  }

  private static TensorData tensor(String name, ElementType type, long[] shape, long seed) {
    TensorInfo info = new TensorInfo(name, type, new Shape(shape));
    byte[] bytes = new byte[(int) (info.shape().size() * type.bytes())];
    new Random(seed).nextBytes(bytes);
    return new TensorData(info, ByteBuffer.wrap(bytes));
  }

  @Provide
  Arbitrary<Map<String, String>> metadata() {
    Arbitrary<String> texts =
        Arbitraries.strings().withCharRange('\u0000', '\u2fff').ofMaxLength(20);
    return Arbitraries.maps(texts, texts).ofMaxSize(3);
  }
}
