package dev.seriatim.family.titok.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Family.Import;
import dev.seriatim.api.part.Family.Source;
import dev.seriatim.api.part.Family.Source.Form;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.runtime.internal.config.ConfigBinder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a family made of a layout, checked against what the part declares. */
record Reading(Import read, Checkpoint checkpoint) {
  /** Lays the tokenizer out: every weight has its tensor, and every tensor its use. */
  <C extends Record> Frame fits(PartFactory<Tokenizer, C> factory) {
    PartReference part = read.descriptor().parts().get("tokenizer");
    C configuration = new ConfigBinder(part.id()).bind(factory.configuration(), part.config());
    var blueprint = factory.blueprint(configuration, Frame.of(read.descriptor().conditions()));
    Set<String> unused = new HashSet<>(checkpoint.tensors().keySet());
    read.ignored().forEach(key -> unused.remove(key.name()));
    List<Parameter> parameters = blueprint.parameters();
    for (Parameter parameter : parameters) {
      Source source = read.weights().get(part.prefix() + parameter.name());
      assertThat(source).as("source of %s", parameter.name()).isNotNull();
      String name = source.names().get(0);
      assertThat(checkpoint.tensors()).as("source of %s", parameter.name()).containsKey(name);
      Shape shape = checkpoint.tensors().get(name).shape();
      if (source.form() == Form.RESHAPED) {
        assertThat(shape.size()).as(name).isEqualTo(parameter.shape().size());
      } else {
        assertThat(shape).as(name).isEqualTo(parameter.shape());
      }
      unused.remove(name);
    }
    assertThat(unused).as("tensors without a use").isEmpty();
    assertThat(read.weights()).hasSameSizeAs(parameters);
    return blueprint.frame();
  }
}
