package dev.seriatim.tokenizer.text.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Makes tokenizers of the files that Hugging Face's library reads. The files are weights of the
 * part: one uint8 tensor each, which has the file's name.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = HuggingFaceFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class HuggingFaceFactory
    implements PartFactory<Tokenizer, HuggingFaceFactory.Configuration> {
  static final String ID = "text.huggingface";

  private static final String TOKENIZER = "tokenizer.json";
  private static final String VOCABULARY = "vocab.json";
  private static final String MERGES = "merges.txt";
  private static final String SETTINGS = "tokenizer_config.json";
  private static final String CHAT_TEMPLATE = "chat_template.jinja";

  /** How large the model's vocabulary and context are, and how large the files are. */
  public record Configuration(
      @ConfigKey("most tokens of a sequence, at least 1") int context,
      @ConfigKey("ids run from 0 to this, exclusive: as many as the model has logits")
          int vocabulary,
      @ConfigKey(
              value = "ids that a sequence begins with; null for those that the file puts there",
              defaultValue = "null")
          List<Long> begin,
      @ConfigKey(value = "ids that end a sequence", defaultValue = "[]") List<Long> ends,
      @ConfigKey(value = "size of tokenizer.json; 0 for none", defaultValue = "0")
          int tokenizerBytes,
      @ConfigKey(
              value = "size of GPT-2's vocab.json, in the place of tokenizer.json; 0 for none",
              defaultValue = "0")
          int vocabularyBytes,
      @ConfigKey(value = "size of merges.txt, with vocab.json; 0 for none", defaultValue = "0")
          int mergesBytes,
      @ConfigKey(
              value = "size of tokenizer_config.json, for its chat template; 0 for none",
              defaultValue = "0")
          int settingsBytes,
      @ConfigKey(value = "size of chat_template.jinja; 0 for none", defaultValue = "0")
          int chatTemplateBytes) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Tokenizer> blueprint(Configuration c, Frame frame) {
    require(c.context >= 1, ID, "context", "at least 1", c.context);
    require(c.vocabulary >= 2, ID, "vocabulary", "at least 2", c.vocabulary);
    requireIds("begin", c.begin == null ? List.of() : c.begin, c.vocabulary);
    requireIds("ends", c.ends, c.vocabulary);
    List<Parameter> files = new ArrayList<>();
    if (c.tokenizerBytes > 0) {
      files.add(file(TOKENIZER, c.tokenizerBytes));
    } else {
      require(
          c.vocabularyBytes > 0 && c.mergesBytes > 0,
          ID,
          "tokenizer-bytes",
          "the size of tokenizer.json, or vocabulary-bytes and merges-bytes",
          c.tokenizerBytes);
      files.add(file(VOCABULARY, c.vocabularyBytes));
      files.add(file(MERGES, c.mergesBytes));
    }
    if (c.settingsBytes > 0) {
      files.add(file(SETTINGS, c.settingsBytes));
    }
    if (c.chatTemplateBytes > 0) {
      files.add(file(CHAT_TEMPLATE, c.chatTemplateBytes));
    }
    Frame own = frame.with(new Sequence(c.context), new TokenSpace.Discrete(c.vocabulary, 1));
    return new Layout(c, own, List.copyOf(files));
  }

  private static void requireIds(String key, List<Long> ids, int vocabulary) {
    for (Long id : ids) {
      require(id >= 0 && id < vocabulary, ID, key, "ids from 0 to " + (vocabulary - 1), id);
    }
  }

  private static Parameter file(String name, int size) {
    return Parameter.plain(name, Initializer.zeros(), size);
  }

  /** The part laid out. */
  private record Layout(Configuration configuration, Frame frame, List<Parameter> parameters)
      implements Blueprint<Tokenizer> {
    @Override
    public Tokenizer build(Engine engine, Weights weights) {
      String json =
          configuration.tokenizerBytes > 0
              ? text(weights, TOKENIZER)
              : Gpt2Files.tokenizerJson(text(weights, VOCABULARY), text(weights, MERGES));
      String settings = configuration.settingsBytes > 0 ? text(weights, SETTINGS) : "{}";
      String template = configuration.chatTemplateBytes > 0 ? text(weights, CHAT_TEMPLATE) : null;
      return HuggingFaceText.of(configuration, json, Conversations.of(settings, template));
    }

    private static String text(Weights weights, String name) {
      byte[] bytes;
      try {
        bytes = weights.get(name).toByteArray();
      } catch (IllegalArgumentException | IllegalStateException e) {
        throw new PartException(
            ID + ": " + name + ": expected the file's bytes as uint8, found others", e);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
