package dev.seriatim.api.part;

import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.weights.Checkpoint;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Knows a published system: reads its checkpoint's own key names and configuration, and states the
 * wiring. A service; used when a checkpoint is imported, never while generating.
 */
@ConsumerType
public interface Family {
  /** Its name, for example {@code llamagen}. */
  String id();

  /**
   * The wiring of a checkpoint.
   *
   * @param configuration the system's own configuration, as it publishes it
   * @param checkpoints the files of the system
   * @throws PartException when keys or shapes are not this family's
   */
  Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints);

  /**
   * What a checkpoint becomes.
   *
   * @param descriptor parts, configurations, defaults
   * @param weights for each name in the new checkpoint, where it comes from
   */
  record Import(ModelDescriptor descriptor, Map<String, Source> weights) {}

  /**
   * Where an imported weight comes from: the named tensors, joined along the first axis when there
   * are several.
   *
   * @param names in the original checkpoint
   * @param transpose whether the last two axes are exchanged
   */
  record Source(List<String> names, boolean transpose) {}
}
