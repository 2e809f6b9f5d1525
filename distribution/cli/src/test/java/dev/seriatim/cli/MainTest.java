package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line answers before anything is started. */
class MainTest {
  private record Answer(int code, String out, String err) {}

  @TempDir static Path folder;

  @Test
  void helpListsCommandsAndExitCodes() {
    Answer answer = run("--help");
    assertThat(answer.code()).isEqualTo(ExitCode.OK);
    assertThat(answer.out())
        .contains("generate", "replay", "tokenize", "models", "parts", "why", "train", "evaluate")
        .contains("Exit codes:", "the model lacks a part")
        .doesNotContain("warm-up");
    assertThat(answer.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate",
        "replay",
        "tokenize",
        "models",
        "parts",
        "why",
        "train",
        "evaluate",
        "import",
        "verify",
        "families",
        "completion"
      })
  void everyCommandHasHelpWithExamples(String command) {
    for (Answer answer : List.of(run("help", command), run(command, "--help"))) {
      assertThat(answer.code()).isEqualTo(ExitCode.OK);
      assertThat(answer.out()).contains("Usage: seriatim " + command, "Examples:");
    }
  }

  static Stream<Arguments> whatIsNotUnderstoodIsAUsageError() {
    return Stream.of(
        Arguments.of(new String[] {}, "expected a command, found none; `seriatim help` lists them"),
        Arguments.of(new String[] {"generate"}, "Missing required parameter: 'MODEL'"),
        Arguments.of(
            new String[] {"generate", "m", "-n", "many"},
            "Invalid value for option '--samples': 'many' is not an int"),
        Arguments.of(
            new String[] {"generate", "m", "--see", "1"}, "expected an option, found '--see'"),
        Arguments.of(
            new String[] {"import", "w.pt", "-o", "m"}, "Missing required option: '--family=ID'"),
        Arguments.of(new String[] {"verify"}, "Missing required parameter: 'CASE'"),
        Arguments.of(new String[] {"models", "m"}, "expected no more arguments, found 'm'"),
        Arguments.of(
            new String[] {"generat"}, "expected a command, found 'generat' (nearest: generate"));
  }

  @ParameterizedTest
  @MethodSource
  void whatIsNotUnderstoodIsAUsageError(String[] arguments, String message) {
    Answer answer = run(arguments);
    assertThat(answer.code()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.err()).startsWith("seriatim: " + message).contains("Try `seriatim help");
    assertThat(answer.err().lines()).hasSize(2);
    assertThat(answer.out()).isEmpty();
  }

  static Stream<Arguments> badInputIsRefusedInOneLine() {
    Path nowhere = folder.resolve("nowhere");
    return Stream.of(
        Arguments.of(
            new String[] {"generate", "m", "-o", nowhere + "/x.png"},
            nowhere + "/x.png: cannot be written: expected the folder " + nowhere + ", found none"),
        Arguments.of(
            new String[] {"generate", "m", "-n", "-1"}, "-n: expected 1 to 100000, found -1"),
        Arguments.of(
            new String[] {"replay", nowhere.toString()},
            nowhere + ": expected a PNG file, found none"),
        Arguments.of(
            new String[] {"tokenize", "m", "x", "-o", nowhere + "/x.png"},
            nowhere + "/x.png: cannot be written: expected the folder " + nowhere + ", found none"),
        Arguments.of(
            new String[] {"generate", "m", "--prompt-file", nowhere.toString()},
            nowhere + ": expected a text, found no file"),
        Arguments.of(
            new String[] {"generate", "m", "--prompt", "x", "--label", "y"},
            "--prompt: expected no --label beside it, found [y]"),
        Arguments.of(
            new String[] {"generate", "m", "--length", "-1"},
            "--length: expected at least 1, found -1"),
        Arguments.of(
            new String[] {"train", nowhere.toString()},
            nowhere + ": expected a recipe, found no file"),
        Arguments.of(
            new String[] {"evaluate"}, "evaluate: expected the name of a MODEL, found none"),
        Arguments.of(
            new String[] {"models", "-m", nowhere.toString()},
            "models: expected a model bundle, a folder with model.json, or a folder of these, found"
                + " nothing at "
                + nowhere));
  }

  @ParameterizedTest
  @MethodSource
  void badInputIsRefusedInOneLine(String[] arguments, String message) {
    Answer answer = run(arguments);
    assertThat(answer.err()).isEqualTo("seriatim: " + message + System.lineSeparator());
    assertThat(answer.code()).isEqualTo(ExitCode.FAILED);
    assertThat(answer.out()).isEmpty();
  }

  @Test
  void debugShowsWhereItComesFrom() {
    Answer answer = run("evaluate", "--debug");
    assertThat(answer.code()).isEqualTo(ExitCode.FAILED);
    assertThat(answer.err()).contains("at dev.seriatim.cli.EvaluateCommand");
  }

  @Test
  void theCompletionScriptIsOneForBash() throws Exception {
    Answer answer = run("completion");
    assertThat(answer.code()).isEqualTo(ExitCode.OK);
    assertThat(answer.out()).contains("complete -F _complete_seriatim").contains("--top-k");
    Path script = Files.writeString(folder.resolve("completion"), answer.out());
    Process bash =
        new ProcessBuilder("bash", "-n", script.toString()).redirectErrorStream(true).start();
    assertThat(new String(bash.getInputStream().readAllBytes())).isEmpty();
    assertThat(bash.waitFor()).isZero();
  }

  private static Answer run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Answer(code, out.toString(), err.toString());
  }
}
