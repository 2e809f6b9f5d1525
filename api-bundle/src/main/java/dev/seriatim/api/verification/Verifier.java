package dev.seriatim.api.verification;

import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Runs recorded cases; a service. Any thread; waits. */
@ProviderType
public interface Verifier {
  /**
   * Runs a recorded case and compares.
   *
   * @param folder with {@code config.json}, {@code case.safetensors}, the checkpoints, and where
   *     there is one {@code case.json}
   * @param family id of the family; null to take it from the key {@code system}
   * @return what was compared
   * @throws dev.seriatim.api.SeriatimException when the folder is no case, or the family is not
   *     there
   */
  Report verify(Path folder, String family);

  /**
   * What was compared.
   *
   * @param family that ran the case
   * @param comparisons one for each tensor of the case that is an output
   * @param failure why the run ended early, in one sentence; empty when it did not
   */
  record Report(String family, List<Comparison> comparisons, String failure) {
    /** Copies the list. */
    public Report {
      comparisons = List.copyOf(comparisons);
    }

    /** Whether all tensors were reproduced. */
    public boolean passed() {
      return failure.isEmpty()
          && !comparisons.isEmpty()
          && comparisons.stream().allMatch(Comparison::passed);
    }
  }

  /**
   * One tensor.
   *
   * @param tensor its name
   * @param type of its elements, as stored
   * @param shape of it
   * @param reproduced whether an output was handed in
   * @param largestError largest absolute difference
   * @param relativeError the same as a share of the recorded tensor's largest magnitude
   * @param unequal elements that differ, of integers
   * @param tolerance that applied
   * @param passed the verdict
   * @param note what is wrong beside numbers (another shape, not handed in); empty for nothing
   */
  record Comparison(
      String tensor,
      String type,
      List<Long> shape,
      boolean reproduced,
      double largestError,
      double relativeError,
      long unequal,
      double tolerance,
      boolean passed,
      String note) {}
}
