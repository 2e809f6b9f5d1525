package dev.seriatim.itests.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.verification.Verifier.Comparison;
import dev.seriatim.api.verification.Verifier.Report;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.launcher.Seriatim;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A case that was tampered with does not pass, and the report says where. */
class TamperedCasesIT {
  private static final String CASE = "titok";
  private static final String TENSORS = "case.safetensors";
  private static final String WEIGHTS = "tokenizer_titok_l32.bin";

  private static Seriatim seriatim;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    seriatim = Cases.start();
  }

  @AfterAll
  static void stop() {
    seriatim.close();
  }

  private Path tampered(TensorFile.Change change) throws Exception {
    Path copy = Cases.copy(CASE, folder);
    TensorFile.change(seriatim, copy.resolve(TENSORS), change);
    return copy;
  }

  private static Report verify(Path folder) {
    return seriatim.verifier().verify(folder, null);
  }

  private static List<String> failed(Report report) {
    return report.comparisons().stream()
        .filter(each -> !each.passed())
        .map(Comparison::tensor)
        .toList();
  }

  private static Comparison of(Report report, String tensor) {
    return report.comparisons().stream()
        .filter(each -> each.tensor().equals(tensor))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aNumberThatIsOffIsFound() throws Exception {
    Path copy =
        tampered(
            tensors -> {
              ByteBuffer bytes = tensors.get("out.reconstruction");
              bytes.putFloat(400, bytes.getFloat(400) + 0.01f);
            });
    Report report = verify(copy);
    assertThat(report.passed()).isFalse();
    assertThat(report.failure()).isEmpty();
    assertThat(failed(report)).containsExactly("out.reconstruction");
    Comparison comparison = of(report, "out.reconstruction");
    assertThat(comparison.largestError()).isBetween(0.0099, 0.0101);
    assertThat(comparison.relativeError()).isGreaterThan(comparison.tolerance());
  }

  @Test
  void anIdThatIsOffByOneIsFound() throws Exception {
    Path copy =
        tampered(
            tensors -> {
              ByteBuffer bytes = tensors.get("out.tokens");
              bytes.putLong(16, bytes.getLong(16) ^ 1);
            });
    Report report = verify(copy);
    assertThat(failed(report)).contains("out.tokens");
    assertThat(of(report, "out.tokens").unequal()).isEqualTo(1);
  }

  @Test
  void pixelsOfEightBitsMayBeOffByOneAndNoMore() throws Exception {
    Path byOne =
        tampered(
            tensors -> {
              ByteBuffer bytes = tensors.get("out.tokens_uint8");
              bytes.putLong(80, bytes.getLong(80) ^ 1);
            });
    assertThat(verify(byOne).passed()).isTrue();
    TensorFile.change(
        seriatim,
        byOne.resolve(TENSORS),
        tensors -> {
          ByteBuffer bytes = tensors.get("out.tokens_uint8");
          bytes.putLong(80, bytes.getLong(80) ^ 2);
        });
    assertThat(failed(verify(byOne))).containsExactly("out.tokens_uint8");
  }

  @Test
  void aTensorThatNobodyReproducesIsNotPassedOver() throws Exception {
    Path copy =
        tampered(
            tensors ->
                tensors.put(
                    new TensorInfo("out.more", ElementType.F32, new Shape(1)),
                    ByteBuffer.allocate(Float.BYTES)));
    Report report = verify(copy);
    assertThat(failed(report)).containsExactly("out.more");
    assertThat(of(report, "out.more").reproduced()).isFalse();
    assertThat(of(report, "out.more").note()).isEqualTo("neither taken as input nor handed in");
  }

  @Test
  void aTensorOfAnotherShapeIsFound() throws Exception {
    Path copy =
        tampered(
            tensors -> {
              ByteBuffer bytes = tensors.remove("out.tokens");
              tensors.put(
                  new TensorInfo("out.tokens", ElementType.I64, new Shape(1, 1, 1)),
                  bytes.slice(0, Long.BYTES));
            });
    Report report = verify(copy);
    assertThat(report.passed()).isFalse();
    assertThat(of(report, "out.tokens").note()).startsWith("shape: expected (1, 1, 1), found ");
  }

  @Test
  void otherWeightsAreFound() throws Exception {
    Path copy = Cases.copy(CASE, folder);
    byte[] weights = Files.readAllBytes(copy.resolve(WEIGHTS));
    weights[weights.length / 2] ^= 0x40;
    Files.write(copy.resolve(WEIGHTS), weights);
    MemoryUse before = seriatim.engine().memory();
    Report report = verify(copy);
    assertThat(report.passed()).isFalse();
    assertThat(report.failure()).contains(WEIGHTS).contains("CRC");
    assertThat(seriatim.engine().memory()).isEqualTo(before);
  }

  @Test
  void otherSizesThanTheWeightsHaveAreRefusedByName() throws Exception {
    Path copy = Cases.copy(CASE, folder);
    Path config = copy.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"codebook_size\": 64", "\"codebook_size\": 65"));
    Report report = verify(copy);
    assertThat(report.passed()).isFalse();
    assertThat(report.failure())
        .contains("shape of quantize.embedding.weight: expected (65, 8), found (64, 8)");
  }

  @Test
  void whatIsNoCaseIsRefused() throws Exception {
    assertThatThrownBy(() -> verify(folder))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("expected a recorded case with the file case.safetensors");
    Path copy = Cases.copy(CASE, folder);
    Files.delete(copy.resolve("case.json"));
    assertThatThrownBy(() -> verify(copy))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("system: expected the family's name in case.json or config.json");
    assertThatThrownBy(() -> seriatim.verifier().verify(copy, "gpt9"))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("family: expected one of ")
        .hasMessageContaining("found 'gpt9'");
  }
}
