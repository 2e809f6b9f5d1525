package dev.seriatim.tokenizer.text.internal;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.PartException;
import dev.seriatim.tokenizer.text.internal.chat.ChatTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Conversations as the texts that a model was trained on, by its chat template. A template that is
 * not understood is refused when a conversation asks for it: the model serves texts all the same.
 */
final class Conversations {
  private static final String TEMPLATE = "chat_template";

  private final String template;
  private final Map<String, Object> settings;

  private Conversations(String template, Map<String, Object> settings) {
    this.template = template;
    this.settings = settings;
  }

  /**
   * Reads the settings of a tokenizer.
   *
   * @param json content of {@code tokenizer_config.json}
   * @param template of a file of its own; null for the one that the settings have, if any
   * @throws PartException when the settings are no JSON object
   */
  static Conversations of(String json, String template) {
    try {
      JsonObject settings = JsonParser.parseString(json).getAsJsonObject();
      return new Conversations(
          template == null ? template(settings.get(TEMPLATE)) : template, tokens(settings));
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new PartException(
          HuggingFaceFactory.ID
              + ": tokenizer_config.json: expected settings of a tokenizer, found "
              + e.getMessage(),
          e);
    }
  }

  /** A template, or the default of several; null for none. */
  private static String template(JsonElement value) {
    if (value == null || value.isJsonNull()) {
      return null;
    } else if (value.isJsonPrimitive()) {
      return value.getAsString();
    }
    for (JsonElement each : value.getAsJsonArray()) {
      JsonObject named = each.getAsJsonObject();
      if (named.get("name").getAsString().equals("default")) {
        return named.get("template").getAsString();
      }
    }
    return null;
  }

  /** {@code bos_token} and the like: a text, or an object with one as its content. */
  private static Map<String, Object> tokens(JsonObject settings) {
    Map<String, Object> tokens = new HashMap<>();
    settings
        .entrySet()
        .forEach(
            entry -> {
              JsonElement value = entry.getValue();
              if (value.isJsonObject() && value.getAsJsonObject().has("content")) {
                value = value.getAsJsonObject().get("content");
              }
              boolean text = value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
              if (entry.getKey().endsWith("_token") && text) {
                tokens.put(entry.getKey(), value.getAsString());
              }
            });
    return tokens;
  }

  /**
   * The text of a conversation, up to where the model is to answer.
   *
   * @throws PartException when there is no template, or it refuses the conversation
   */
  String text(Condition.Chat chat) {
    if (template == null) {
      throw PartException.of(
          HuggingFaceFactory.ID,
          "condition",
          "a text, as the model has no chat template",
          "a conversation");
    }
    List<Object> messages = new ArrayList<>();
    for (Condition.Chat.Message message : chat.messages()) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("role", message.role());
      each.put("content", message.content());
      messages.add(each);
    }
    Map<String, Object> variables = new HashMap<>(settings);
    variables.put("messages", messages);
    variables.put("add_generation_prompt", true);
    variables.put("tools", null);
    variables.put("documents", null);
    return ChatTemplate.of(template).render(variables);
  }
}
