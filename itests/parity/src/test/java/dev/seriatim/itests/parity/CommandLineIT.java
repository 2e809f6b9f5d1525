package dev.seriatim.itests.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code import}, {@code verify} and {@code families} as a process. */
class CommandLineIT {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int DIFFERENT = 3;
  private static final int REFUSED = 4;
  private static final long PATIENCE_SECONDS = 120;

  private static final Path VQGAN = Cases.folder("maskgit-vqgan").toAbsolutePath();
  private static final String WEIGHTS = "maskgit-vqgan-imagenet-f16-256.bin";

  @TempDir private Path folder;

  private record Outcome(int code, String out, String err) {
    Outcome ends(int expected) {
      assertThat(code).as("exit code; standard error: %s", err).isEqualTo(expected);
      assertThat(err).doesNotContain("\tat ");
      return this;
    }
  }

  private Outcome seriatim(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("seriatim.home"), "bin", "seriatim").toString());
    command.addAll(List.of(arguments));
    Path err = folder.resolve("standard-error");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ends").isTrue();
      return new Outcome(process.exitValue(), out, Files.readString(err));
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(err);
    }
  }

  private static String shipped(String file) {
    return VQGAN.resolve(file).toString();
  }

  @Test
  void whatIsImportedIsAModel() throws Exception {
    Outcome imported =
        seriatim("import", shipped(WEIGHTS), "--family", "maskgit-vqgan", "-o", "vqgan").ends(OK);
    assertThat(imported.out()).startsWith("vqgan: imported as maskgit-vqgan; ");
    assertThat(seriatim("models", "-m", "vqgan").ends(OK).out())
        .containsPattern("maskgit-vqgan +1\\.0\\.0 +ready");

    Outcome again =
        seriatim("import", shipped(WEIGHTS), "--family", "maskgit-vqgan", "-o", "vqgan");
    assertThat(again.ends(FAILED).err())
        .isEqualToIgnoringNewLines("seriatim: --output: expected no such folder yet, found vqgan");
  }

  @Test
  void whatIsMissingIsSaidBeforeAnythingStarts() throws Exception {
    assertThat(seriatim("import", shipped(WEIGHTS), "-o", "m").ends(USAGE).err())
        .contains("--family");
    assertThat(seriatim("import", "none.pt", "--family", "var", "-o", "m").ends(FAILED).err())
        .startsWith("seriatim: none.pt: expected a checkpoint, found no file");
    Files.copy(VQGAN.resolve(WEIGHTS), folder.resolve("alone.bin"));
    assertThat(seriatim("import", "alone.bin", "--family", "var", "-o", "m").ends(FAILED).err())
        .startsWith("seriatim: --config: expected a file, found none, nor config.json");
    assertThat(
            seriatim("import", shipped(WEIGHTS), "--family", "vra", "-o", "m").ends(FAILED).err())
        .startsWith("seriatim: family: expected one of ")
        .contains("var")
        .contains("found 'vra'");
    assertThat(folder.resolve("m")).doesNotExist();
  }

  @Test
  void familiesAreListed() throws Exception {
    assertThat(seriatim("families").ends(OK).out().lines()).contains("maskgit-vqgan", "titok");
  }

  @Test
  void aPickleThatCallsIsRefusedAndNotRun() throws Exception {
    Files.write(folder.resolve("evil.pth"), ProgramPickle.calling("os", "system"));
    Files.copy(VQGAN.resolve("config.json"), folder.resolve("config.json"));
    Outcome refused =
        seriatim("import", "evil.pth", "--family", "maskgit-vqgan", "-o", "m").ends(REFUSED);
    assertThat(refused.err()).startsWith("seriatim: evil.pth: ").contains("os.system");
    assertThat(refused.err().lines()).hasSize(1);
    assertThat(Cases.list(folder))
        .containsExactly(folder.resolve("config.json"), folder.resolve("evil.pth"));
  }

  @Test
  void aCaseIsVerifiedTensorByTensor() throws Exception {
    Outcome passed = seriatim("verify", VQGAN.toString()).ends(OK);
    assertThat(passed.out())
        .contains("TENSOR")
        .containsPattern("out\\.indices +I64 +2×16 +0 +0 +0 +passed")
        .contains(VQGAN + ": passed: 7 tensors reproduced");
  }

  @Test
  void oneCaseThatFailsIsEnoughToFail() throws Exception {
    Path tampered = Cases.copy("maskgit-vqgan", folder);
    Path tensors = tampered.resolve("case.safetensors");
    byte[] bytes = Files.readAllBytes(tensors);
    bytes[bytes.length - 1] ^= 0x40; // the last number of the last float32 tensor, or an id
    Files.write(tensors, bytes);
    Outcome failed =
        seriatim("verify", VQGAN.toString(), tampered.toString(), "--json").ends(DIFFERENT);
    List<JsonObject> cases = new ArrayList<>();
    JsonParser.parseString(failed.out())
        .getAsJsonArray()
        .forEach(e -> cases.add(e.getAsJsonObject()));
    assertThat(cases)
        .extracting(each -> each.get("passed").getAsBoolean())
        .containsExactly(true, false);
    List<String> wrong = new ArrayList<>();
    cases
        .get(1)
        .getAsJsonArray("tensors")
        .forEach(
            each -> {
              JsonObject tensor = each.getAsJsonObject();
              if (!tensor.get("passed").getAsBoolean()) {
                wrong.add(tensor.get("tensor").getAsString());
              }
            });
    assertThat(wrong).isNotEmpty();
    assertThat(seriatim("verify", folder.toString()).ends(DIFFERENT).out())
        .contains("FAILED: ")
        .contains("expected a recorded case with the file case.safetensors");
  }
}
