package dev.seriatim.tokenizer.text.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.testkit.TextTokenizerContract;
import dev.seriatim.tokenizer.text.internal.HuggingFaceFactory.Configuration;
import java.util.List;
import java.util.Map;

/** The contract for tokenizers out of files. */
abstract class HuggingFaceContract extends TextTokenizerContract<Configuration> {
  /** The files. */
  abstract FileWeights files();

  /** As many ids as the model has. */
  abstract int vocabulary();

  /** Ids that end a sequence. */
  List<Long> ends() {
    return List.of();
  }

  Configuration with(int context, int vocabulary, List<Long> begin, List<Long> ends) {
    return new Configuration(
        context,
        vocabulary,
        begin,
        ends,
        files().size("tokenizer.json"),
        files().size("vocab.json"),
        files().size("merges.txt"),
        files().size("tokenizer_config.json"),
        files().size("chat_template.jinja"));
  }

  @Override
  protected PartFactory<Tokenizer, Configuration> factory() {
    return new HuggingFaceFactory();
  }

  @Override
  protected Configuration configuration() {
    return with(64, vocabulary(), null, ends());
  }

  @Override
  protected Weights makeWeights() {
    return engine().load(files(), "", parameters());
  }

  @Override
  protected Frame frame() {
    return Frame.of(new ConditionSpace(List.of(), true));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "context", with(0, vocabulary(), null, List.of()),
        "vocabulary", with(8, 1, null, List.of()),
        "begin", with(8, 10, List.of(10L), List.of()),
        "ends", with(8, 10, null, List.of(-1L)),
        "tokenizer-bytes", new Configuration(8, 10, null, List.of(), 0, 5, 0, 0, 0));
  }
}
