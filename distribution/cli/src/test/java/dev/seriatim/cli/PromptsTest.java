package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PromptsTest {
  @TempDir private Path folder;

  private static List<String> read(String... arguments) {
    return CommandLine.populateCommand(new Prompts(), arguments).read();
  }

  @Test
  void textsThenFiles() throws IOException {
    Path file = Files.writeString(folder.resolve("p.txt"), "äö\n\n");
    assertThat(read("--prompt-file", file.toString(), "-p", "a", "--prompt", ""))
        .containsExactly("a", "", "äö\n");
    assertThat(read()).isEmpty();
  }

  @Test
  void standardInputIsADash() {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream("typed €\r\n".getBytes(StandardCharsets.UTF_8)));
      assertThat(read("-p", "-")).containsExactly("typed €");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void otherBytesAreRefused() throws IOException {
    Path file = Files.write(folder.resolve("p.txt"), new byte[] {'a', (byte) 0xFF});
    assertThatThrownBy(() -> read("--prompt-file", file.toString()))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(file + ": expected a text in UTF-8, found other bytes");
  }

  @Test
  void aConversationNeedsAPrompt() {
    assertThatThrownBy(() -> read("--chat"))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("--chat: expected a --prompt to answer, found none");
    assertThatThrownBy(() -> read("--system", "s", "-p", "x"))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("--system: expected --chat beside it, found none");
  }
}
