package dev.seriatim.importing;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.weights.Checkpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a text model comes to its tokenizer when it is imported. The importer opens the files of a
 * tokenizer that lie beside the checkpoints as checkpoints of their own: one uint8 tensor each,
 * with the file's name.
 */
public final class TextTokenizers {
  /** Hugging Face's description of a tokenizer. */
  public static final String TOKENIZER = "tokenizer.json";

  /** GPT-2's ids by token. */
  public static final String VOCABULARY = "vocab.json";

  /** GPT-2's merges, the first ones first. */
  public static final String MERGES = "merges.txt";

  /** Hugging Face's settings beside the description, often with a chat template. */
  public static final String SETTINGS = "tokenizer_config.json";

  /** A chat template in a file of its own. */
  public static final String CHAT_TEMPLATE = "chat_template.jinja";

  /** The files that an import takes along. */
  public static final List<String> FILES =
      List.of(TOKENIZER, VOCABULARY, MERGES, SETTINGS, CHAT_TEMPLATE);

  private static final String FILE = "tokenizer.safetensors";
  private static final String PREFIX = ProvidesPart.TOKENIZER + ".";

  private TextTokenizers() {}

  /**
   * The tokenizer of a text model: {@code text.huggingface} where {@code tokenizer.json}, or else
   * {@code vocab.json} with {@code merges.txt}, is among the checkpoints; else {@code ids}, with
   * which the model takes and gives ids. Looks at names and sizes alone.
   *
   * @param checkpoints all that the family was given
   * @param ids of the model
   * @param keys takes in where the tokenizer's files come from; speaks on of the network that it
   *     spoke of
   */
  public static PartReference among(List<Checkpoint> checkpoints, TextIds ids, KeyMap keys) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("context", ids.context());
    config.put("vocabulary", ids.vocabulary());
    Optional<StateDict> tokenizer = file(checkpoints, TOKENIZER);
    Optional<StateDict> vocabulary = file(checkpoints, VOCABULARY);
    Optional<StateDict> merges = file(checkpoints, MERGES);
    if (tokenizer.isPresent()) {
      take(tokenizer.get(), TOKENIZER, "tokenizer-bytes", config, keys);
    } else if (vocabulary.isPresent() && merges.isPresent()) {
      take(vocabulary.get(), VOCABULARY, "vocabulary-bytes", config, keys);
      take(merges.get(), MERGES, "merges-bytes", config, keys);
    } else {
      return PartReference.of(
          "ids", "[1.0,2)", Map.of("vocabulary", ids.vocabulary(), "length", ids.context()));
    }
    file(checkpoints, SETTINGS)
        .ifPresent(file -> take(file, SETTINGS, "settings-bytes", config, keys));
    file(checkpoints, CHAT_TEMPLATE)
        .ifPresent(file -> take(file, CHAT_TEMPLATE, "chat-template-bytes", config, keys));
    if (ids.begin() != null) {
      config.put("begin", ids.begin());
    }
    config.put("ends", ids.ends());
    return new PartReference("text.huggingface", "[1.0,2)", config, FILE, PREFIX);
  }

  private static Optional<StateDict> file(List<Checkpoint> checkpoints, String name) {
    return StateDict.find(checkpoints, name, "");
  }

  private static void take(
      StateDict file, String name, String key, Map<String, Object> config, KeyMap keys) {
    config.put(key, file.size(name, 0));
    keys.aside(file, name, PREFIX + name);
  }
}
