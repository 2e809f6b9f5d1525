package dev.seriatim.itests.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.launcher.Seriatim;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints become models, or are refused before anything is written. */
class ImportIT {
  private static final String CASE = "maskgit-vqgan";
  private static final String FAMILY = "maskgit-vqgan";
  private static final String WEIGHTS = "maskgit-vqgan-imagenet-f16-256.bin";
  private static final String CHANGED = "model.safetensors";
  private static final String TENSOR = "encoder.norm_out.bias";

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

  private Path importing(Path weights) throws Exception {
    Path output = folder.resolve("out").resolve("model");
    List<Long> told = new ArrayList<>();
    seriatim
        .importer()
        .importModel(
            FAMILY,
            List.of(weights),
            Cases.json(Cases.folder(CASE).resolve("config.json")),
            "mine",
            output,
            (done, all) -> {
              assertThat(done).isLessThanOrEqualTo(all);
              told.add(done);
            });
    assertThat(told).isSorted().isNotEmpty();
    return output;
  }

  private Path changed(TensorFile.Change change) throws Exception {
    Path copy = folder.resolve(CHANGED);
    TensorFile.change(seriatim, "torch", Cases.folder(CASE).resolve(WEIGHTS), copy, change);
    return copy;
  }

  private void assertRefused(Path weights, String... reasons) {
    assertThatThrownBy(() -> importing(weights))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(weights.toString())
        .satisfies(refused -> assertThat(refused.getMessage()).contains(reasons));
    assertThat(folder.resolve("out")).as("nothing is written").doesNotExist();
  }

  @Test
  void familiesAreThere() {
    assertThat(seriatim.importer().families()).contains(FAMILY).isSorted();
  }

  @Test
  void aTokenizerAloneIsAModelThatTokenizes() throws Exception {
    Path model = importing(Cases.folder(CASE).resolve(WEIGHTS));
    assertThat(Cases.list(model.getParent())).containsExactly(model);
    try (Seriatim other = Cases.start(model)) {
      assertThat(other.problems()).isEmpty();
      ModelStatus status = other.models().model("mine");
      assertThat(status.state()).isEqualTo(ModelStatus.State.READY);
      assertThat(status.descriptor().parts()).containsOnlyKeys("tokenizer");
      assertThat(status.descriptor().weights().values()).allMatch(hash -> hash.length() == 64);
      try (PartLease<Tokenizer> lease = other.tokenizer("mine")) {
        Canvas canvas =
            other
                .engine()
                .call(
                    () -> {
                      try (Scope scope = other.engine().scope("test")) {
                        Tokenizer tokenizer = lease.part();
                        Canvas blank = Canvas.blank(tokenizer.layout(), tokenizer.tokens(), 2);
                        return tokenizer.encode(
                            tokenizer.decode(blank, scope.manager()), scope.manager());
                      }
                    });
        assertThat(canvas.settled(1)).isEqualTo(canvas.layout().slots());
      }
      assertThatThrownBy(() -> other.generator("mine"))
          .isInstanceOf(SeriatimException.class)
          .hasMessageContaining("mine cannot generate: expected the parts tokenizer, backbone");
    }
  }

  @Test
  void allFormatsGiveTheSameModel() throws Exception {
    Path first = importing(Cases.folder(CASE).resolve(WEIGHTS));
    String descriptor = Files.readString(first.resolve("model.json"));
    Files.move(first, folder.resolve("first"));
    Path second = importing(changed(tensors -> {}));
    assertThat(second.resolve("model.json")).hasContent(descriptor);
  }

  @Test
  void aMissingTensorIsNamed() throws Exception {
    assertRefused(changed(tensors -> tensors.remove(TENSOR)), "missing " + TENSOR);
  }

  @Test
  void anUnexpectedTensorIsNamed() throws Exception {
    assertRefused(
        changed(
            tensors ->
                tensors.put(
                    new TensorInfo("decoder.more", ElementType.F32, new Shape(1)),
                    ByteBuffer.allocate(Float.BYTES))),
        "unexpected decoder.more");
  }

  @Test
  void aTensorOfAnotherShapeIsNamed() throws Exception {
    assertRefused(
        changed(
            tensors -> {
              long width = tensors.info(TENSOR).shape().get(0);
              ByteBuffer bytes = tensors.remove(TENSOR);
              tensors.put(
                  new TensorInfo(TENSOR, ElementType.F32, new Shape(width - 1)),
                  bytes.slice(0, (int) (width - 1) * Float.BYTES));
            }),
        "shape of " + TENSOR + ": expected (64), found (63)");
  }

  @Test
  void ofManyDifferencesTheFirstAreNamed() throws Exception {
    assertRefused(
        changed(
            tensors ->
                tensors.names().stream()
                    .filter(name -> name.endsWith(".norm2.weight"))
                    .forEach(tensors::remove)),
        "missing decoder.mid.0.norm2.weight, ",
        " more");
  }

  @Test
  void aFolderThatIsThereIsLeftAlone() throws Exception {
    Path output = Files.createDirectories(folder.resolve("out").resolve("model"));
    Files.writeString(output.resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> importing(Cases.folder(CASE).resolve(WEIGHTS)))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("expected no such file or folder, found one");
    assertThat(Cases.list(output)).containsExactly(output.resolve("mine.txt"));
  }

  @Test
  void aNameThatNoModelMayHaveIsRefused() {
    Path output = folder.resolve("named");
    assertThatThrownBy(
            () ->
                seriatim
                    .importer()
                    .importModel(
                        FAMILY,
                        List.of(Cases.folder(CASE).resolve(WEIGHTS)),
                        Cases.json(Cases.folder(CASE).resolve("config.json")),
                        "No Such Name",
                        output,
                        (done, all) -> {}))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("name: expected");
    assertThat(output).doesNotExist();
  }

  @Test
  void whatIsNoCheckpointIsRefused() throws Exception {
    Path other = Files.writeString(folder.resolve(WEIGHTS), "no tensors here");
    assertRefused(other, "first bytes: expected those of safetensors or of a PyTorch checkpoint");
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "builtins, exec",
    "subprocess, Popen",
    "importlib, import_module",
    "torch, load"
  })
  void aPickleThatCallsIsRefusedAndNotRun(String module, String function) throws Exception {
    Path evil = Files.write(folder.resolve("evil.pth"), ProgramPickle.calling(module, function));
    assertRefused(evil, module + "." + function);
    assertThat(Path.of(ProgramPickle.TRACE)).doesNotExist();
    assertThat(folder.resolve(ProgramPickle.TRACE)).doesNotExist();
  }
}
