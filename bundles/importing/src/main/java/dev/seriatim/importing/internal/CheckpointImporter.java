package dev.seriatim.importing.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.Importer;
import dev.seriatim.api.weights.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Imports: opens the files, lets the family read them, checks, writes. */
@Component
public final class CheckpointImporter implements Importer {
  private final Families families;
  private final CheckpointFiles files;
  private final ModelImports imports;

  /** Made by Declarative Services. */
  @Activate
  public CheckpointImporter(
      @Reference Families families,
      @Reference CheckpointFiles files,
      @Reference ModelImports imports) {
    this.families = families;
    this.files = files;
    this.imports = imports;
  }

  @Override
  public List<String> families() {
    return families.ids();
  }

  @Override
  public void importModel(
      String family,
      List<Path> paths,
      Map<String, ?> configuration,
      String name,
      Path output,
      BiConsumer<Long, Long> progress) {
    Family reader = families.get(family);
    if (Files.exists(output)) {
      throw new SeriatimException(output + ": expected no such file or folder, found one");
    }
    List<Path> all = new ArrayList<>(paths);
    all.addAll(TextFile.beside(paths));
    try (OpenCheckpoints checkpoints = OpenCheckpoints.open(files, all)) {
      imports.write(reader, configuration, checkpoints.all(), name, output, progress);
    }
  }

  @Override
  public ModelDescriptor check(
      String family, List<Checkpoint> checkpoints, Map<String, ?> configuration) {
    return imports.check(families.get(family), configuration, checkpoints);
  }
}
