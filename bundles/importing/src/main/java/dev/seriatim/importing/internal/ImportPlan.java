package dev.seriatim.importing.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.verification.Family.Source;
import dev.seriatim.api.verification.Family.Source.Form;
import dev.seriatim.api.verification.Family.Source.Key;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which weights an import writes into which file, checked against what the parts declare. */
public final class ImportPlan {
  private final Import read;
  private final List<Checkpoint> checkpoints;
  private final Map<String, List<PlannedWeight>> files = new LinkedHashMap<>();
  private final Differences differences = new Differences();
  private final Set<Key> taken = new HashSet<>();

  private ImportPlan(Import read, List<Checkpoint> checkpoints) {
    this.read = read;
    this.checkpoints = checkpoints;
  }

  /**
   * Plans an import. Looks at names and shapes alone.
   *
   * @param family for messages
   * @return the weights of each file, in the order of the parts' parameters
   * @throws CheckpointException when a tensor is missing, not expected, or of another shape; the
   *     first few are named
   */
  public static Map<String, List<PlannedWeight>> of(
      String family, Import read, List<Checkpoint> checkpoints, Assembly assembly) {
    ImportPlan plan = new ImportPlan(read, checkpoints);
    for (String kind : assembly.kinds()) {
      List<Parameter> parameters = assembly.parameters(kind);
      if (!parameters.isEmpty()) {
        plan.add(reference(read.descriptor(), kind), parameters);
      }
    }
    plan.findUnexpected();
    plan.differences.refuse(family, checkpoints);
    return plan.files;
  }

  private static PartReference reference(ModelDescriptor model, String kind) {
    PartReference reference = model.parts().get(kind);
    if (reference == null || reference.weights() == null) {
      throw PartException.of(kind, "weights", "the name of a file for its weights", "none");
    }
    return reference;
  }

  private void add(PartReference part, List<Parameter> parameters) {
    List<PlannedWeight> file = files.computeIfAbsent(part.weights(), name -> new ArrayList<>());
    for (Parameter parameter : parameters) {
      String name = part.prefix() + parameter.name();
      Source source = read.weights().get(name);
      if (source == null) {
        differences.missing("the weight " + name);
      } else {
        PlannedWeight weight = plan(name, parameter.shape(), source);
        if (weight != null) {
          file.add(weight);
        }
      }
    }
  }

  /** A weight of its sources; null where they differ from what is needed, which is noted. */
  private PlannedWeight plan(String name, Shape expected, Source source) {
    List<TensorInfo> found = new ArrayList<>();
    List<PlannedWeight.Part> parts = new ArrayList<>();
    for (Key tensor : source.tensors()) {
      Checkpoint checkpoint = checkpoints.get(tensor.checkpoint());
      TensorInfo info = checkpoint.tensors().get(tensor.name());
      if (info == null) {
        differences.missing(tensor.name());
      } else {
        found.add(info);
        parts.add(new PlannedWeight.Part(checkpoint, info));
        taken.add(tensor);
      }
    }
    if (found.size() < source.tensors().size()) {
      return null;
    }
    String shown = String.join(" + ", new LinkedHashSet<>(source.names()));
    Shape joined = joined(found, source.axis());
    Shape needed = source.form() == Form.TRANSPOSED ? exchanged(expected) : expected;
    boolean fits =
        joined != null
            && (source.form() == Form.RESHAPED
                ? joined.size() == needed.size()
                : joined.equals(needed));
    if (!fits) {
      String shapes =
          joined != null
              ? joined.toString()
              : String.join(" and ", found.stream().map(t -> t.shape().toString()).toList());
      differences.shape(shown, needed.toString(), shapes);
      return null;
    }
    ElementType type = found.get(0).type();
    for (TensorInfo each : found) {
      if (each.type() != type) {
        differences.shape(shown, "one element type", type + " and " + each.type());
        return null;
      }
    }
    return new PlannedWeight(
        new TensorInfo(name, type, expected), parts, source.axis(), source.form());
  }

  /** The shape of tensors joined along an axis; null where they do not join. */
  private static Shape joined(List<TensorInfo> tensors, int axis) {
    long[] whole = tensors.get(0).shape().getShape().clone();
    if (tensors.size() == 1) {
      return tensors.get(0).shape();
    }
    if (axis >= whole.length) {
      return null;
    }
    whole[axis] = 0;
    for (TensorInfo tensor : tensors) {
      long[] shape = tensor.shape().getShape().clone();
      if (shape.length != whole.length) {
        return null;
      }
      whole[axis] += shape[axis];
      shape[axis] = whole[axis];
      if (!Arrays.equals(shape, whole)) {
        return null;
      }
    }
    return new Shape(whole);
  }

  private static Shape exchanged(Shape shape) {
    long[] axes = shape.getShape().clone();
    if (axes.length < 2) {
      throw new PartException("A weight of shape " + shape + " has no two axes to exchange");
    }
    long last = axes[axes.length - 1];
    axes[axes.length - 1] = axes[axes.length - 2];
    axes[axes.length - 2] = last;
    return new Shape(axes);
  }

  private void findUnexpected() {
    Set<String> unexpected = new LinkedHashSet<>();
    for (int i = 0; i < checkpoints.size(); i++) {
      if (checkpoints.get(i) instanceof TextFile) {
        continue; // not every model whose folder has a tokenizer's files needs all of them
      }
      for (String tensor : checkpoints.get(i).tensors().keySet()) {
        Key key = new Key(i, tensor);
        if (!taken.contains(key) && !read.ignored().contains(key)) {
          unexpected.add(tensor);
        }
      }
    }
    unexpected.forEach(differences::unexpected);
  }
}
