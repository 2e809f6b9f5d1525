package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts programs of the assembly as processes of their own.
 *
 * @param folder they run in
 */
record Shell(Path folder) {
  /** The command line. */
  static final String SCRIPT = Home.PATH.resolve("bin/seriatim").toString();

  private static final long PATIENCE_SECONDS = 300;

  /** How a command ended. */
  record Outcome(int code, String out, String err) {
    /** It went well. */
    Outcome succeeded() {
      assertThat(code).as("exit code; standard error: %s", err).isZero();
      return this;
    }

    /** It failed with one line that says what is wrong. */
    Outcome failed(int expected, String... reasons) {
      assertThat(code).as("exit code; standard error: %s", err).isEqualTo(expected);
      assertThat(err).startsWith("seriatim: ").contains(reasons).doesNotContain("\tat ");
      assertThat(out).isEmpty();
      return this;
    }

    JsonElement json() {
      return JsonParser.parseString(succeeded().out());
    }
  }

  /** Runs the command line as a user does, by its script, on the JVM of the tests. */
  Outcome seriatim(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(SCRIPT);
    command.addAll(List.of(arguments));
    return run(command);
  }

  /** A command that starts a JVM. */
  static List<String> java(List<String> options, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.awt.headless=true");
    command.addAll(options);
    command.add("-cp");
    command.add(classPath);
    return command;
  }

  /** The class path of the assembly. */
  static String libraries() {
    return Home.lib().resolve("*").toString();
  }

  /** Starts a command; its standard error goes to a file. */
  Process start(List<String> command, Path err) throws IOException {
    return start(builder(command, err));
  }

  /** Starts a command; its standard error and output go to files. */
  Process start(List<String> command, Path err, Path out) throws IOException {
    return start(builder(command, err).redirectOutput(out.toFile()));
  }

  private ProcessBuilder builder(List<String> command, Path err) {
    return new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
  }

  private static Process start(ProcessBuilder builder) throws IOException {
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }

  private Outcome run(List<String> command) throws IOException, InterruptedException {
    Path err = Files.createTempFile("seriatim-itest-", ".err");
    try {
      Process process = start(command, err);
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes());
      try {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ends").isTrue();
      } finally {
        process.destroyForcibly();
      }
      return new Outcome(process.exitValue(), out, Files.readString(err));
    } finally {
      Files.delete(err);
    }
  }

  /** Names of the files in the folder, hidden ones too. */
  List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
