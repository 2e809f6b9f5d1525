package dev.seriatim.importing.internal;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.model.DescriptorFormat;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.Assembler;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Makes model folders, and builds the parts of one: the way that import and verify share. */
@Component(service = ModelImports.class)
public final class ModelImports {
  private final Assembler assembler;
  private final DescriptorFormat descriptors;
  private final CheckpointFormat safetensors;

  /** Made by Declarative Services. */
  @Activate
  public ModelImports(
      @Reference Assembler assembler,
      @Reference DescriptorFormat descriptors,
      @Reference(target = "(" + CheckpointFormat.FORMAT + "=" + CheckpointFiles.SAFETENSORS + ")")
          CheckpointFormat safetensors) {
    this.assembler = assembler;
    this.descriptors = descriptors;
    this.safetensors = safetensors;
  }

  /**
   * Writes a model folder.
   *
   * @param name of the model; null for the family's
   * @param progress told (done, all) bytes
   */
  void write(
      Family family,
      Map<String, ?> configuration,
      List<Checkpoint> checkpoints,
      String name,
      Path output,
      BiConsumer<Long, Long> progress) {
    plan(family, configuration, checkpoints, name).write(output, safetensors, progress);
  }

  /** Does all that is done before a model folder is written. */
  ModelDescriptor check(Family family, Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    return plan(family, configuration, checkpoints, null).descriptor();
  }

  /**
   * Writes a model folder and builds parts from what it holds. Engine thread.
   *
   * @param output folder to make; it stays until the model is closed
   */
  BuiltModel build(
      Family family,
      Map<String, ?> configuration,
      List<Checkpoint> checkpoints,
      Path output,
      Engine engine) {
    ModelImport plan = plan(family, configuration, checkpoints, null);
    plan.write(output, safetensors, (done, all) -> {});
    return new BuiltModel(
        output, plan.descriptor(), plan.assembly(), assembler, safetensors, engine);
  }

  private ModelImport plan(
      Family family, Map<String, ?> configuration, List<Checkpoint> checkpoints, String name) {
    return new ModelImport(family, configuration, checkpoints, name, assembler, descriptors);
  }
}
