package dev.seriatim.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.importing.ImportCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every family keeps when it reads checkpoints, by names and shapes alone: no engine, and no
 * file, is needed. What a family reads is checked as an import checks it.
 */
public abstract class FamilyContract {
  /** Of a layout with more tensors, as many are tried, evenly spread. */
  private static final int TRIED = 24;

  /** The family under test. */
  protected abstract Family family();

  /**
   * The factories of all parts and guides that it may name, as {@link FactoryAssembler} has them.
   */
  protected abstract Map<String, PartFactory<?, ?>> factories();

  /** A configuration that it reads. */
  protected abstract Map<String, ?> configuration();

  /** The checkpoints that go with the configuration; made anew on every call. */
  protected abstract List<CheckpointLayout> checkpoints();

  /** A tensor, by its whole name, that a weight is made of and that settles no size or option. */
  protected abstract String tensor();

  /** Configurations that must be refused with these checkpoints, by the key that is named. */
  protected abstract Map<String, Map<String, ?>> refused();

  /**
   * Whether a tensor too many is refused, which is the default. False suits a checkpoint that the
   * official code loads by name and lets hold others.
   *
   * @param checkpoint index into {@link #checkpoints}
   */
  protected boolean isStrict(int checkpoint) {
    return true;
  }

  /** Reads a configuration and checkpoints. */
  protected final Import read(Map<String, ?> configuration, CheckpointLayout... checkpoints) {
    return family().read(configuration, List.of(checkpoints));
  }

  /**
   * Reads, lays the parts out, and checks every tensor.
   *
   * @return the parts, guides by {@code guide:id}
   * @throws SeriatimException as an import would
   */
  protected final Assembly fit(Map<String, ?> configuration, List<CheckpointLayout> checkpoints) {
    return ImportCheck.check(
        family(), configuration, List.copyOf(checkpoints), new FactoryAssembler(factories()));
  }

  @Test
  @DisplayName("Every weight has tensors of its shape, and every tensor its use")
  void fits() {
    Assembly assembly = fit(configuration(), checkpoints());
    assertThat(assembly.kinds()).isNotEmpty();
  }

  @Test
  @DisplayName("Reading is a function: the same layout gives the same model")
  void readsTheSameAgain() {
    CheckpointLayout[] first = checkpoints().toArray(CheckpointLayout[]::new);
    CheckpointLayout[] second = checkpoints().toArray(CheckpointLayout[]::new);
    assertThat(read(configuration(), first)).isEqualTo(read(configuration(), second));
  }

  @Test
  @DisplayName("A missing tensor is a difference that names it")
  void namesAMissingTensor() {
    List<CheckpointLayout> checkpoints = changed(holding(tensor()), c -> c.without(tensor()));
    assertThatThrownBy(() -> fit(configuration(), checkpoints))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining(tensor());
  }

  @Test
  @DisplayName("A tensor too many is a difference that names it, where loading is strict")
  void namesAnExtraTensor() {
    for (int i = 0; i < checkpoints().size(); i++) {
      List<CheckpointLayout> checkpoints = changed(i, c -> c.with("one.too.many", 1));
      if (isStrict(i)) {
        assertThatThrownBy(() -> fit(configuration(), checkpoints))
            .isInstanceOf(CheckpointException.class)
            .hasMessageContaining("unexpected one.too.many");
      } else {
        fit(configuration(), checkpoints);
      }
    }
  }

  @Test
  @DisplayName("A tensor of another shape is a difference that names it and both shapes")
  void namesAMisshapenTensor() {
    int holding = holding(tensor());
    List<CheckpointLayout> checkpoints = changed(holding, c -> c.with(tensor(), 3, 1, 3));
    assertThatThrownBy(() -> fit(configuration(), checkpoints))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("shape of " + tensor() + ": expected ")
        .hasMessageContaining("found (3, 1, 3)");
  }

  @Test
  @DisplayName("Every tensor is needed in its shape, or carries nothing in any")
  void needsEveryTensor() {
    List<CheckpointLayout> all = checkpoints();
    for (int i = 0; i < all.size(); i++) {
      List<String> tensors = List.copyOf(all.get(i).tensors().keySet());
      int every = Math.max(1, tensors.size() / TRIED);
      for (int k = 0; k < tensors.size(); k += every) {
        String tensor = tensors.get(k);
        boolean missed = isRefused(changed(i, c -> c.without(tensor)));
        boolean misshapen = isRefused(changed(i, c -> c.with(tensor, 3, 1, 3)));
        assertThat(misshapen)
            .as("%s refused in another shape; missed: %s", tensor, missed)
            .isEqualTo(missed);
      }
    }
  }

  @Test
  @DisplayName("6 Says no clearly: refused configurations name key, expected and found")
  void refusesBadConfigurations() {
    refused()
        .forEach(
            (key, bad) -> {
              Throwable refusal = catchThrowable(() -> fit(bad, checkpoints()));
              assertThat(refusal).as("refusal of %s", bad).isInstanceOf(PartException.class);
              assertThat(refusal)
                  .hasMessageContaining(key)
                  .hasMessageContaining("expected")
                  .hasMessageContaining("found");
            });
  }

  /** A change of one checkpoint. */
  @FunctionalInterface
  private interface Change {
    CheckpointLayout of(CheckpointLayout layout);
  }

  private List<CheckpointLayout> changed(int index, Change change) {
    List<CheckpointLayout> all = new ArrayList<>(checkpoints());
    all.set(index, change.of(all.get(index).copy()));
    return all;
  }

  private int holding(String tensor) {
    List<CheckpointLayout> all = checkpoints();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).tensors().containsKey(tensor)) {
        return i;
      }
    }
    throw new AssertionError("none of the checkpoints has the tensor " + tensor);
  }

  private boolean isRefused(List<CheckpointLayout> checkpoints) {
    try {
      fit(configuration(), checkpoints);
      return false;
    } catch (SeriatimException e) {
      return true;
    }
  }
}
