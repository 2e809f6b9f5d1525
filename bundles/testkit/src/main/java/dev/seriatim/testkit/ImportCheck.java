package dev.seriatim.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.verification.Family.Source;
import dev.seriatim.api.verification.Family.Source.Form;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.Parameter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a family made of checkpoints, by names and shapes alone.
 *
 * @param read the family's answer
 * @param checkpoints that it read, in the same order
 */
public record ImportCheck(Import read, List<Checkpoint> checkpoints) {
  /** Copies the list. */
  public ImportCheck {
    checkpoints = List.copyOf(checkpoints);
  }

  /** Every weight of a part has sources, and they have its shape. */
  public void fits(Blueprint<?> part, String prefix) {
    for (Parameter parameter : part.parameters()) {
      Source source = read.weights().get(prefix + parameter.name());
      assertThat(source).as("source of %s", prefix + parameter.name()).isNotNull();
      long size = 0;
      for (String name : source.names()) {
        var tensors = checkpoints.get(source.checkpoint()).tensors();
        assertThat(tensors).as("source of %s", parameter.name()).containsKey(name);
        Shape shape = tensors.get(name).shape();
        size += shape.size();
        if (source.form() == Form.SAME && source.names().size() == 1) {
          assertThat(shape).as(name).isEqualTo(parameter.shape());
        }
      }
      assertThat(size).as("elements of %s", parameter.name()).isEqualTo(parameter.shape().size());
    }
  }

  /** Every tensor is the source of a weight, or carries nothing. */
  public void usesEveryTensor() {
    Set<Source.Key> unused = new HashSet<>();
    for (int i = 0; i < checkpoints.size(); i++) {
      for (String name : checkpoints.get(i).tensors().keySet()) {
        unused.add(new Source.Key(i, name));
      }
    }
    for (Source source : read.weights().values()) {
      source.names().forEach(name -> unused.remove(new Source.Key(source.checkpoint(), name)));
    }
    unused.removeAll(read.ignored());
    assertThat(unused).as("tensors without a use").isEmpty();
  }
}
