package dev.seriatim.importing.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.DescriptorFormat;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Assembler;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One import, from checkpoints to a model folder: what the family reads, laid out, checked, and
 * then written. All that can be refused is refused when this is made, before anything is written.
 */
public final class ModelImport {
  private static final String UNKNOWN_SHA256 = "0".repeat(64);

  private final DescriptorFormat descriptors;
  private final ModelDescriptor descriptor;
  private final Assembly assembly;
  private final Map<String, List<PlannedWeight>> files;

  /**
   * Reads and checks.
   *
   * @param name of the model; null for the family's
   * @throws SeriatimException when the family, a part or a weight does not fit
   */
  ModelImport(
      Family family,
      Map<String, ?> configuration,
      List<Checkpoint> checkpoints,
      String name,
      Assembler assembler,
      DescriptorFormat descriptors) {
    Import read = family.read(configuration, checkpoints);
    this.descriptors = descriptors;
    this.assembly = assembler.assemble(read.descriptor().conditions(), parts(read.descriptor()));
    this.files = ImportPlan.of(family.id(), read, checkpoints, assembly);
    this.descriptor = named(read.descriptor(), name);
    // What could not be read again is refused here.
    Map<String, String> hashes = new LinkedHashMap<>();
    files.keySet().forEach(file -> hashes.put(file, UNKNOWN_SHA256));
    descriptors.read(descriptors.write(with(hashes)), family.id() + ": the model's description");
  }

  /** The parts of a model as an assembler takes them. */
  public static Map<String, PartReference> parts(ModelDescriptor model) {
    Map<String, PartReference> parts = new LinkedHashMap<>(model.parts());
    model.guides().forEach(guide -> parts.put(guideKey(guide), guide));
    return parts;
  }

  static String guideKey(PartReference guide) {
    return ProvidesPart.GUIDE + ":" + guide.id();
  }

  Assembly assembly() {
    return assembly;
  }

  /** The model, without the hashes of its files. */
  ModelDescriptor descriptor() {
    return descriptor;
  }

  /**
   * Writes the model's folder: whole, or not at all.
   *
   * @param progress told (done, all) bytes; each is written and then hashed
   */
  void write(Path output, CheckpointFormat format, BiConsumer<Long, Long> progress) {
    files.values().stream().flatMap(List::stream).forEach(PlannedWeight::requireWritable);
    long bytes = files.values().stream().flatMap(List::stream).mapToLong(PlannedWeight::size).sum();
    ByteCount count = new ByteCount(2 * bytes, progress);
    try (ModelFolder folder = ModelFolder.beside(output)) {
      Map<String, String> hashes = new LinkedHashMap<>();
      files.forEach(
          (file, weights) -> {
            Path path = folder.file(file);
            write(path, weights, format, count);
            hashes.put(file, ModelFolder.sha256(path, count::add));
          });
      folder.finish(descriptors.write(with(hashes)));
    }
  }

  private static void write(
      Path file, List<PlannedWeight> weights, CheckpointFormat format, ByteCount count) {
    Map<String, PlannedWeight> byName =
        weights.stream().collect(Collectors.toMap(w -> w.info().name(), Function.identity()));
    List<TensorInfo> infos = weights.stream().map(PlannedWeight::info).toList();
    format.write(
        file,
        Map.of(),
        infos,
        info -> {
          PlannedWeight weight = byName.get(info.name());
          count.add(weight.size());
          return weight.bytes();
        });
  }

  private static ModelDescriptor named(ModelDescriptor model, String name) {
    return new ModelDescriptor(
        name == null ? model.name() : name,
        model.version(),
        model.title(),
        model.license(),
        model.conditions(),
        model.parts(),
        model.guides(),
        Map.of());
  }

  private ModelDescriptor with(Map<String, String> hashes) {
    return new ModelDescriptor(
        descriptor.name(),
        descriptor.version(),
        descriptor.title(),
        descriptor.license(),
        descriptor.conditions(),
        descriptor.parts(),
        descriptor.guides(),
        hashes);
  }

  /** How far it is. */
  private static final class ByteCount {
    private final long all;
    private final BiConsumer<Long, Long> progress;
    private long done;

    ByteCount(long all, BiConsumer<Long, Long> progress) {
      this.all = all;
      this.progress = progress;
    }

    void add(long bytes) {
      done = Math.min(all, done + bytes);
      progress.accept(done, all);
    }
  }
}
