package dev.seriatim.family.gpt2.internal;

import dev.seriatim.family.gpt2.internal.Network.Size;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.TextIds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** nanoGPT's {@code GPTConfig}. */
final class NanoConfig {
  private static final String SECTION = "gpt_config";
  private static final String ARGUMENTS = "model_args.";

  /** Keys of a description of the network that say what is so anyway. */
  private static final List<String> BESIDE = List.of(SECTION, "weight_tying", "hf_config_file");

  private NanoConfig() {}

  /**
   * Reads it.
   *
   * @param stored texts beside the checkpoint's tensors
   * @throws dev.seriatim.api.part.PartException when a setting cannot be served
   */
  static Size read(String family, Map<String, ?> configuration, Map<String, String> stored) {
    OfficialConfig config = OfficialConfig.of(family, arguments(configuration, stored));
    int positions = config.integer("block_size");
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("layers", config.integer("n_layer"));
    part.put("heads", config.integer("n_head"));
    part.put("width", config.integer("n_embd"));
    part.put("start", "token");
    part.put("positions", positions);
    part.put("overflow", "slide");
    part.put("bias", config.flag("bias", true));
    String activation = config.text("activation", "gelu");
    part.put("activation", HubConfig.activation(config, "activation", null, activation));
    part.put("norm-eps", config.number("layer_norm_eps", 1e-5));
    config.only("weight_tying", true);
    config.number("dropout", 0); // of training alone
    TextIds ids = new TextIds(config.integer("vocab_size"), positions, List.of(), List.of());
    for (String key : config.unread()) {
      if (!BESIDE.contains(key)) {
        throw config.refuse(key, "no such key", "a setting that is not served");
      }
    }
    return new Size(part, ids, true);
  }

  /** What the checkpoint says, then what the configuration says, then its section. */
  private static Map<String, Object> arguments(
      Map<String, ?> configuration, Map<String, String> stored) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    stored.forEach(
        (key, text) -> {
          if (key.startsWith(ARGUMENTS)) {
            arguments.put(key.substring(ARGUMENTS.length()), value(text));
          }
        });
    arguments.putAll(configuration);
    if (configuration.get(SECTION) instanceof Map<?, ?> section) {
      section.forEach((key, value) -> arguments.put(String.valueOf(key), value));
    }
    return arguments;
  }

  /** Numbers and flags are stored as JSON. */
  private static Object value(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }
}
