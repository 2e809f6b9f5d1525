package dev.seriatim.tokenizer.text.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.Condition.Chat.Message;
import dev.seriatim.api.part.PartException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationsTest {
  private static final Condition.Chat CHAT =
      new Condition.Chat(List.of(new Message("system", "Be brief."), new Message("user", "Hi")));
  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
          + "{% if add_generation_prompt %}[assistant]{% endif %}{{ pad_token }}";

  private static String text(String settings, String template) {
    return Conversations.of(settings, template).text(CHAT);
  }

  @Test
  void theTemplateOfTheSettingsMakesAText() {
    String settings =
        "{\"chat_template\": \""
            + TEMPLATE
            + "\", \"bos_token\": {\"content\": \"<s>\"}, \"pad_token\": null}";
    assertThat(text(settings, null)).isEqualTo("<s>[system]Be brief.[user]Hi[assistant]");
    assertThat(text(settings, "{{ messages|length }}")).isEqualTo("2");
  }

  @Test
  void ofSeveralTheDefaultCounts() {
    String several =
        "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"t\"},"
            + " {\"name\": \"default\", \"template\": \"d\"}]}";
    assertThat(text(several, null)).isEqualTo("d");
  }

  @Test
  void withoutATemplateConversationsAreRefused() {
    assertThatThrownBy(() -> text("{}", null))
        .isInstanceOf(PartException.class)
        .hasMessage(
            "text.huggingface: condition: expected a text, as the model has no chat template,"
                + " found a conversation");
  }

  @Test
  void otherSettingsAreRefused() {
    assertThatThrownBy(() -> Conversations.of("[1]", null))
        .isInstanceOf(PartException.class)
        .hasMessageStartingWith("text.huggingface: tokenizer_config.json: expected settings");
  }
}
