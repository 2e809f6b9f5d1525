package dev.seriatim.family.rar.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Family.Import;
import dev.seriatim.api.part.Family.Source;
import dev.seriatim.api.part.Family.Source.Form;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.runtime.internal.config.ConfigBinder;
import java.util.HashSet;
import java.util.Set;

/** Lays out what a family read, part by part, and compares with the tensors that there are. */
final class Reading {
  private final Import read;
  private final Layout layout;
  private final Set<String> unused;
  private Frame frame;
  private int sources;

  Reading(Import read, Layout layout) {
    this.read = read;
    this.layout = layout;
    this.frame = Frame.of(read.descriptor().conditions());
    this.unused = new HashSet<>(layout.tensors().keySet());
    read.ignored().forEach(key -> unused.remove(key.name()));
  }

  /** Lays out the next part, each weight of which has tensors of its size. */
  <C extends Record> Reading then(String kind, PartFactory<?, C> factory) {
    PartReference part = read.descriptor().parts().get(kind);
    C configuration = new ConfigBinder(part.id()).bind(factory.configuration(), part.config());
    Blueprint<?> blueprint = factory.blueprint(configuration, frame);
    frame = blueprint.frame();
    for (Parameter parameter : blueprint.parameters()) {
      Source source = read.weights().get(part.prefix() + parameter.name());
      assertThat(source).as("source of %s", parameter.name()).isNotNull();
      long size = 0;
      for (String name : source.names()) {
        assertThat(layout.tensors()).as("source of %s", parameter.name()).containsKey(name);
        size += layout.tensors().get(name).shape().size();
        unused.remove(name);
      }
      assertThat(size).as(parameter.name()).isEqualTo(parameter.shape().size());
      if (source.form() == Form.SAME && source.names().size() == 1) {
        Shape shape = layout.tensors().get(source.names().get(0)).shape();
        assertThat(shape).as(parameter.name()).isEqualTo(parameter.shape());
      }
      sources++;
    }
    return this;
  }

  /** Every tensor and every source has its use. */
  Frame complete() {
    assertThat(unused).as("tensors without a use").isEmpty();
    assertThat(read.weights()).hasSize(sources);
    return frame;
  }
}
