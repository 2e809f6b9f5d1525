package dev.seriatim.importing;

import dev.seriatim.api.part.Assembler;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.internal.ImportPlan;
import dev.seriatim.importing.internal.ModelImport;
import java.util.List;
import java.util.Map;

/** What an import checks before it writes, for those who test a family. */
public final class ImportCheck {
  private ImportCheck() {}

  /**
   * Lets a family read checkpoints, lays out the parts that it names, and compares their parameters
   * with the tensors. Looks at names and shapes alone; needs no engine.
   *
   * @param assembler that has the parts
   * @return the parts, guides by {@code guide:id}
   * @throws dev.seriatim.api.part.PartException when the family or a part refuses
   * @throws dev.seriatim.api.weights.CheckpointException when a tensor is missing, not expected, or
   *     of another shape; the first few are named
   */
  public static Assembly check(
      Family family,
      Map<String, ?> configuration,
      List<Checkpoint> checkpoints,
      Assembler assembler) {
    Import read = family.read(configuration, checkpoints);
    Assembly assembly =
        assembler.assemble(read.descriptor().conditions(), ModelImport.parts(read.descriptor()));
    ImportPlan.of(family.id(), read, checkpoints, assembly);
    return assembly;
  }
}
