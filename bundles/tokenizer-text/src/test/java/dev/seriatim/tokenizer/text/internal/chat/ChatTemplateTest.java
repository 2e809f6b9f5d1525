package dev.seriatim.tokenizer.text.internal.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import dev.seriatim.api.part.PartException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against what Jinja 3.1.6 itself prints, set up as chat templates expect it. */
class ChatTemplateTest {
  private record Case(String name, String template, Map<String, Object> variables, String output) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> printsWhatJinjaPrints() throws IOException {
    Gson gson = new GsonBuilder().setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE).create();
    try (Reader reader =
        new InputStreamReader(
            ChatTemplateTest.class.getResourceAsStream("templates.json"), StandardCharsets.UTF_8)) {
      return Arrays.stream(gson.fromJson(reader, Case[].class));
    }
  }

  @ParameterizedTest
  @MethodSource
  void printsWhatJinjaPrints(Case each) {
    assertThat(ChatTemplate.of(each.template()).render(each.variables())).isEqualTo(each.output());
  }

  private static String render(String template) {
    return ChatTemplate.of(template).render(Map.of("text", "t"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{{ raise_exception('No system') }};chat template: No system",
        "a{% if x %};line 1: expected 'endif', found ''",
        "{% endfor %};line 1: expected a statement, found 'endfor', which nothing begins",
        "{% include 'x' %};expected if, for, set, macro, generation, break or continue, found include",
        "{{ 1 + }};expected an expression, found '}}'",
        "{{ 'abc }};expected the end of a string, found none",
        "{{ text|frobnicate }};filter: expected one that chat templates use, found frobnicate",
        "{{ text.getClass() }};getClass(): expected a method of texts or maps",
        "{{ text.__class__.__mro__ }};expected values that fit, found something undefined",
        "{{ missing.a }};expected values that fit, found something undefined",
        "{{ open('/etc/passwd') }};expected a function that is there, found open()",
        "{{ 1 + 'a' }};+: expected values that fit, found 1 and 'a'",
        "{{ 1 // 0 }};//: expected a divisor, found 0",
        "{{ text is frob }};is: expected a test that chat templates use, found frob",
        "{% for i in 3 %}{% endfor %};for: expected a list, found 3",
        "{% set a.b = 1 %};set: expected a namespace, found a, which is none",
        "{{ [1][0:1:0] }};slice: expected a step, found 0",
        "{{ 1 $ 2 }};expected '}}', found '$'",
        "{# never;expected the end of a comment, found none",
        "{{ range(999999999) }};range: expected a shorter one"
      })
  void refusesClearly(String template, String message) {
    assertThatThrownBy(() -> render(template))
        .isInstanceOf(PartException.class)
        .hasMessageStartingWith("chat template: ")
        .hasMessageContaining(message);
  }

  @Test
  void whatGoesOnWithoutEndIsEnded() {
    String loops = "{% for a in range(5000) %}{% for b in range(5000) %}{% endfor %}{% endfor %}";
    assertThatThrownBy(() -> render(loops))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("at most 1000000 turns");
    assertThatThrownBy(() -> render("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("at most 100 calls in calls");
    assertThatThrownBy(() -> render("{{ 'x' * 60000000 }}")).isInstanceOf(PartException.class);
    assertThatThrownBy(
            () -> render("{{ " + "(".repeat(100_000) + "1" + ")".repeat(100_000) + " }}"))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("too many brackets");
  }

  @Test
  void theDateIsToldInEnglish() {
    int year = LocalDate.now().getYear();
    assertThat(render("{{ strftime_now('%d %b %Y') }}"))
        .matches("\\d\\d [A-Z][a-z]{2} (" + year + "|" + (year + 1) + ")");
    assertThatThrownBy(() -> render("{{ strftime_now('%q') }}")).hasMessageContaining("found %q");
  }

  @Test
  void whatIsSaidIsNotRead() {
    assertThat(ChatTemplate.of("{{ m[0] }}").render(Map.of("m", List.of("{{ 7 * 7 }}{% x"))))
        .isEqualTo("{{ 7 * 7 }}{% x");
  }
}
