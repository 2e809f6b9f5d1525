package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TokenizedTextTest {
  @Test
  void eachTokenHasALine() {
    TokenizedText text = TokenizedText.of(new ByteTokenizer(), "a é");
    StringWriter out = new StringWriter();
    text.print(new PrintWriter(out));
    assertThat(out.toString().lines())
        .containsExactly(
            "256",
            " 97 |a|",
            " 32 | |",
            "195 |\\xc3|",
            "169 |\\xa9|",
            "5 tokens of 3 characters, 4 bytes");
    assertThat(text.document("m")).containsEntry("text", "a é").containsKeys("model", "ids");
  }

  @Test
  void whatWouldNotShowIsWritten() {
    byte[] bytes = "\n\t\\\0 😀".getBytes(StandardCharsets.UTF_8);
    assertThat(TokenizedText.shown(bytes)).isEqualTo("\\n\\x09\\\\\\x00 😀");
    assertThat(TokenizedText.shown(new byte[0])).isEmpty();
  }
}
