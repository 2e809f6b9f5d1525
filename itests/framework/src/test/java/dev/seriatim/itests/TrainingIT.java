package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.training.Trainer;
import dev.seriatim.api.training.TrainingListener;
import dev.seriatim.launcher.Seriatim;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that were killed go on as if nothing had been. */
class TrainingIT {
  private static final int SIDE = 8;

  /** What a JVM ends with that was asked to end: 128 and the signal's number. */
  private static final int SIGTERM = 128 + 15;

  private static final List<String> FILES =
      List.of("losses.csv", "measures.csv", "tokenizer.safetensors", "generator.safetensors");

  @Test
  void aRunThatWasKilledTwiceEqualsOneThatWasNot(@TempDir Path folder) throws Exception {
    Path recipe = recipe(folder, 20);
    Path whole = folder.resolve("whole");
    Path killed = folder.resolve("killed");

    // Between two checkpoints of the first stage, then of the second.
    runAndKill(folder, recipe, killed, false, "tokenizer", 13);
    assertThat(killed.resolve("tokenizer.checkpoint.safetensors")).exists();
    assertThat(killed.resolve("tokenizer.safetensors")).doesNotExist();
    runAndKill(folder, recipe, killed, true, "generator", 7);
    assertThat(killed.resolve("tokenizer.safetensors")).exists();
    assertThat(killed.resolve("generator.checkpoint.safetensors")).exists();

    try (Seriatim seriatim = Systems.builder().start()) {
      MemoryUse before = Systems.memory(seriatim);
      Path model = train(seriatim, recipe, killed, true);
      assertThat(train(seriatim, recipe, whole, false)).isEqualTo(whole.resolve("model"));
      assertThat(Systems.memory(seriatim)).isEqualTo(before);
      for (String file : FILES) {
        assertThat(killed.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
      }
      assertThat(model.resolve("model.json"))
          .hasSameBinaryContentAs(whole.resolve("model").resolve("model.json"));
      assertThat(Files.readAllLines(whole.resolve("losses.csv"))).hasSize(1 + 20 + 12);
    }

    try (Seriatim seriatim = Systems.builder().models(killed.resolve("model")).start()) {
      Generator generator = seriatim.generator("trained");
      assertThat(generator.generate(Systems.request(generator, 2, 1)).media().samples())
          .isEqualTo(2);
    }
  }

  private static Path train(Seriatim seriatim, Path recipe, Path output, boolean resume) {
    return seriatim
        .trainer()
        .train(recipe, new Trainer.Options(null, output, resume, 0), new TrainingListener() {});
  }

  @Test
  void aHostThatEndsWhileItTrainsEndsInOrder(@TempDir Path folder) throws Exception {
    Path recipe = recipe(folder, 100_000);
    Process process = start(folder, recipe, folder.resolve("run"), false, "tokenizer", 3, true);
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("ends").isTrue();
      assertThat(process.exitValue()).isEqualTo(TrainingProcess.EXIT_CODE);
      assertThat(new Shell(folder).files()).noneMatch(name -> name.startsWith("hs_err"));
      assertThat(temporary(folder)).as("what a system that was closed deletes").isEmptyDirectory();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aCommandThatIsAskedToEndLeavesACheckpointToGoOnFrom(@TempDir Path folder) throws Exception {
    recipe(folder, 100_000);
    Path run = Files.createDirectories(folder.resolve("run"));
    Path out = folder.resolve("command.out");
    Process process;
    try (WatchService watch = folder.getFileSystem().newWatchService()) {
      run.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      process =
          new Shell(folder)
              .start(
                  List.of(Shell.SCRIPT, "train", "recipe.json", "-o", "run", "--threads", "1"),
                  folder.resolve("command.err"),
                  out);
      // The first checkpoint: the run is under way.
      boolean begun = false;
      while (!begun) {
        WatchKey key = watch.poll(1, TimeUnit.MINUTES);
        assertThat(key).as("events; %s", Files.readString(out)).isNotNull();
        begun = key.pollEvents().stream().anyMatch(event -> isCheckpoint(event.context()));
        key.reset();
      }
    }
    process.destroy();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("ends").isTrue();
    assertThat(process.exitValue()).isEqualTo(SIGTERM);
    assertThat(out).content().contains("run: stopped with a checkpoint", "--resume");
    assertThat(run.resolve("tokenizer.checkpoint.safetensors")).exists();

    List<String> losses = Files.readAllLines(run.resolve("losses.csv"));
    long done = losses.size() - 1;
    assertThat(losses.get(losses.size() - 1)).startsWith("tokenizer," + done + ",");
    new Shell(folder)
        .seriatim(
            "train",
            "recipe.json",
            "-o",
            "run",
            "--resume",
            "--max-steps",
            "" + (done + 3),
            "--threads",
            "1")
        .succeeded();
    assertThat(Files.readAllLines(run.resolve("losses.csv")))
        .startsWith(losses.toArray(String[]::new))
        .hasSize(losses.size() + 3);
  }

  private static boolean isCheckpoint(Object name) {
    return String.valueOf(name).equals("tokenizer.checkpoint.safetensors");
  }

  /** Trains in a process of its own up to a step, and kills it there without a warning. */
  private static void runAndKill(
      Path folder, Path recipe, Path output, boolean resume, String stage, int step)
      throws IOException, InterruptedException {
    Process process = start(folder, recipe, output, resume, stage, step, false);
    process.destroyForcibly();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("ends").isTrue();
  }

  /** Starts to train, and waits until a step is reached. */
  private static Process start(
      Path folder, Path recipe, Path output, boolean resume, String stage, int step, boolean exit)
      throws IOException {
    Path own =
        Path.of(
            TrainingProcess.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    List<String> command =
        Shell.java(
            List.of("-DOPT_OUT_TRACKING=true", "-Djava.io.tmpdir=" + temporary(folder)),
            own + File.pathSeparator + Shell.libraries());
    command.add(TrainingProcess.class.getName());
    command.addAll(
        List.of(
            Home.PATH.resolve("bundles").toString(),
            recipe.toString(),
            output.toString(),
            Boolean.toString(resume),
            stage,
            Integer.toString(step),
            Boolean.toString(exit)));
    Path err = folder.resolve("training.err");
    Process process = new Shell(folder).start(command, err);
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      if (!TrainingProcess.REACHED.equals(line)) {
        process.destroyForcibly();
        throw new AssertionError("The run failed: " + Files.readString(err));
      }
    }
    return process;
  }

  private static Path temporary(Path folder) throws IOException {
    return Files.createDirectories(folder.resolve("temporary"));
  }

  /** Writes a recipe and its data; the first stage has so many steps. */
  private static Path recipe(Path folder, int steps) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    images(data, "train", 64);
    images(data, "t10k", 16);
    return Files.writeString(
        folder.resolve("recipe.json"),
        """
        {
          "name": "trained",
          "version": "1.0.0",
          "title": "Bright squares",
          "license": "Apache-2.0",
          "conditions": { "labels": ["0", "1", "2"] },
          "data": { "format": "idx", "folder": "data" },
          "seed": 3,
          "parts": {
            "tokenizer": {
              "id": "vq.grid",
              "version": "[1.0,2)",
              "config": { "height": 8, "width": 8, "vocabulary": 16, "channels": [8] }
            },
            "backbone": {
              "id": "transformer.causal",
              "version": "[1.0,2)",
              "config": { "layers": 1, "heads": 2, "width": 16 }
            },
            "head": { "id": "categorical", "version": "[1.0,2)" },
            "scheduler": { "id": "raster", "version": "[1.0,2)" },
            "guides": [{ "id": "cfg", "version": "[1.0,2)", "config": { "scale": 1.5 } }]
          },
          "stages": [
            {
              "name": "tokenizer",
              "train": ["tokenizer"],
              "steps": %d,
              "batch": 8,
              "shift": 1,
              "optimizer": { "learning-rate": 0.002, "warm-up": 3 },
              "checkpoint-every": 5,
              "measure-every": 10,
              "samples-every": 10
            },
            {
              "name": "generator",
              "train": ["backbone", "head"],
              "steps": 12,
              "batch": 8,
              "condition-dropout": 0.2,
              "sample-guidance": 1.5,
              "optimizer": { "learning-rate": 0.002, "warm-up": 3 },
              "checkpoint-every": 5,
              "measure-every": 4,
              "samples-every": 6
            }
          ]
        }
        """
            .formatted(steps));
  }

  /** Noisy squares, the brighter the higher their label, as IDX files. */
  private static void images(Path folder, String split, int count) throws IOException {
    Random random = new Random(count);
    Path images = folder.resolve(split + "-images-idx3-ubyte");
    Path labels = folder.resolve(split + "-labels-idx1-ubyte");
    try (DataOutputStream pixels = new DataOutputStream(Files.newOutputStream(images));
        DataOutputStream names = new DataOutputStream(Files.newOutputStream(labels))) {
      pixels.writeInt(0x0803);
      pixels.writeInt(count);
      pixels.writeInt(SIDE);
      pixels.writeInt(SIDE);
      names.writeInt(0x0801);
      names.writeInt(count);
      for (int i = 0; i < count; i++) {
        int label = i % 3;
        names.writeByte(label);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
          pixels.writeByte(80 * label + random.nextInt(60));
        }
      }
    }
  }
}
