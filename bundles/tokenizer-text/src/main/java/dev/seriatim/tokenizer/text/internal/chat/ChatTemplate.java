package dev.seriatim.tokenizer.text.internal.chat;

import dev.seriatim.api.part.PartException;
import java.util.HashMap;
import java.util.Map;

/** A chat template: messages to the text that a model was trained to go on from. */
public final class ChatTemplate {
  /** Most characters that a template may print. */
  static final int LONGEST = 50_000_000;

  private final Statement statements;

  private ChatTemplate(Statement statements) {
    this.statements = statements;
  }

  /**
   * Reads a template.
   *
   * @throws PartException when it is malformed, or has what chat templates are not expected to
   *     have; names the line
   */
  public static ChatTemplate of(String template) {
    try {
      return new ChatTemplate(StatementParser.parse(Tokens.of(template)));
    } catch (StackOverflowError e) {
      throw new TemplateError("expected expressions that are less deep, found too many brackets");
    }
  }

  /**
   * Prints the template.
   *
   * @param variables by name: strings, {@link Long}, {@link Double}, {@link Boolean}, lists, maps,
   *     null
   * @throws PartException when the template refuses them, or goes on without end
   */
  public String render(Map<String, ?> variables) {
    StringBuilder out = new StringBuilder();
    statements.run(Scope.of(new HashMap<>(variables)), out);
    return out.toString();
  }
}
