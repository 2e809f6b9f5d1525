package dev.seriatim.itests.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.launcher.Seriatim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The checkpoints that were published, by the names and shapes of their tensors: each fits the
 * parts that its family lays out, tensor by tensor, and does not once one is missing, too many, or
 * of another shape.
 */
class PublishedLayoutsIT {
  private static final Path PUBLISHED = Path.of("src", "test", "resources", "published");

  /** Of so many tensors, one is tried: all would take minutes. */
  private static final int EVERY = 5;

  private static Seriatim seriatim;

  @BeforeAll
  static void start() {
    seriatim = Cases.start();
  }

  @AfterAll
  static void stop() {
    seriatim.close();
  }

  /** What was published: a family, the configuration, and the files by their layouts. */
  record Published(
      String name, String family, Map<String, Object> configuration, List<LayoutCheckpoint> files) {
    @Override
    public String toString() {
      return name;
    }

    /** The same with one of the files in another form. */
    List<LayoutCheckpoint> with(int index, LayoutCheckpoint other) {
      List<LayoutCheckpoint> changed = new ArrayList<>(files);
      changed.set(index, other);
      return changed;
    }
  }

  static List<Published> published() throws IOException {
    List<Published> all = new ArrayList<>();
    for (Path file : Cases.list(PUBLISHED)) {
      Map<String, Object> description = Cases.json(file);
      List<LayoutCheckpoint> files = new ArrayList<>();
      for (Object each : (List<?>) description.get("files")) {
        Map<?, ?> which = (Map<?, ?>) each;
        Path layout = Cases.folder(which.get("case").toString()).resolve("published_layout.json");
        files.add(LayoutCheckpoint.read(layout, which));
      }
      Map<String, Object> configuration = new LinkedHashMap<>();
      ((Map<?, ?>) description.get("configuration"))
          .forEach((key, value) -> configuration.put(key.toString(), value));
      String name = file.getFileName().toString().replace(".json", "");
      String family = description.get("family").toString();
      all.add(new Published(name, family, configuration, List.copyOf(files)));
    }
    return all;
  }

  private static ModelDescriptor check(Published published, List<LayoutCheckpoint> files) {
    return seriatim
        .importer()
        .check(published.family(), List.copyOf(files), published.configuration());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("published")
  void fits(Published published) {
    ModelDescriptor model = check(published, published.files());
    assertThat(model.parts()).containsKey("tokenizer");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("published")
  void oneTensorTooManyDoesNotFit(Published published) {
    for (int i = 0; i < published.files().size(); i++) {
      LayoutCheckpoint more = published.files().get(i).with("one.too.many", new Shape(1));
      List<LayoutCheckpoint> files = published.with(i, more);
      assertThatThrownBy(() -> check(published, files))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("unexpected one.too.many");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("published")
  void everyTensorIsNeededInItsShapeOrCarriesNothing(Published published) {
    for (int i = 0; i < published.files().size(); i++) {
      LayoutCheckpoint file = published.files().get(i);
      List<String> tensors = List.copyOf(file.tensors().keySet());
      for (int k = 0; k < tensors.size(); k += EVERY) {
        String tensor = tensors.get(k);
        boolean needed = refuses(published, published.with(i, file.without(tensor)));
        LayoutCheckpoint other = file.with(tensor, new Shape(3, 1, 3));
        assertThat(refuses(published, published.with(i, other)))
            .as("%s refused in another shape; missed: %s", tensor, needed)
            .isEqualTo(needed);
      }
    }
  }

  private static boolean refuses(Published published, List<LayoutCheckpoint> files) {
    try {
      check(published, files);
      return false;
    } catch (SeriatimException e) {
      return true;
    }
  }
}
