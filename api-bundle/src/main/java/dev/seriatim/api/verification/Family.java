package dev.seriatim.api.verification;

import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.Checkpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Knows a published system: reads its checkpoint's own key names and configuration, and states the
 * wiring. A service; used when a checkpoint is imported or verified, never while generating.
 */
@ConsumerType
public interface Family {
  /** Service property: the family's id. */
  String ID = "seriatim.family";

  /** Its name in lower case, for example {@code llamagen}. */
  String id();

  /**
   * The wiring of a checkpoint. Looks at names and shapes alone, so that a layout without elements
   * can be read too.
   *
   * @param configuration the system's own configuration, by the names that it publishes
   * @param checkpoints the files of the system, in any order; which is which, their tensors tell
   * @throws PartException when keys or shapes are not this family's
   */
  Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints);

  /**
   * Runs a recorded case of this system and hands in what came out, tensor by tensor.
   *
   * @throws PartException when this family has no recorded cases, or the case lacks what it needs
   */
  default void verify(RecordedCase recorded) {
    throw new PartException(id() + ": this family has no recorded cases");
  }

  /**
   * What a checkpoint becomes.
   *
   * @param descriptor parts, configurations, defaults. A part with weights names its file and its
   *     prefix; the SHA-256 of the files is filled in by the importer. Kinds may be absent: a
   *     tokenizer alone is a model that encodes and decodes
   * @param weights where each weight comes from, by prefix and name of the part's parameter, for
   *     example {@code backbone.qkv_w.0}
   * @param ignored tensors that carry nothing (buffers that are computed, masks), as {@link
   *     Source.Key}; whatever is neither a source nor ignored is reported as unexpected
   */
  record Import(ModelDescriptor descriptor, Map<String, Source> weights, Set<Source.Key> ignored) {}

  /**
   * Where an imported weight comes from: the tensors of checkpoints, joined along an axis when
   * there are several.
   *
   * @param tensors in the order in which they are joined
   * @param axis along which they are joined, from 0
   * @param form how the whole is brought into the parameter's shape
   */
  record Source(List<Key> tensors, int axis, Form form) {
    /** Copies the list. */
    public Source {
      tensors = List.copyOf(tensors);
    }

    /**
     * Tensors of one checkpoint, joined along their first axis.
     *
     * @param checkpoint index into the checkpoints that were read
     * @param names in that checkpoint
     */
    public Source(int checkpoint, List<String> names, Form form) {
      this(names.stream().map(name -> new Key(checkpoint, name)).toList(), 0, form);
    }

    /** The names of the tensors. */
    public List<String> names() {
      return tensors.stream().map(Key::name).toList();
    }

    /**
     * A tensor of a checkpoint.
     *
     * @param checkpoint index into the checkpoints that were read
     * @param name in that checkpoint
     */
    public record Key(int checkpoint, String name) {}

    /** How a tensor is brought into a parameter's shape. */
    public enum Form {
      /** As it is; shapes must be equal. */
      SAME,
      /** The last two axes exchanged. */
      TRANSPOSED,
      /** The same elements in the same order in another shape (a 1×1 convolution as a matrix). */
      RESHAPED
    }

    /** One tensor, as it is. */
    public static Source of(int checkpoint, String name) {
      return new Source(checkpoint, List.of(name), Form.SAME);
    }
  }
}
