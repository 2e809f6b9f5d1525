package dev.seriatim.cli;

import com.google.gson.JsonParseException;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.DescriptorFormat;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.launcher.Seriatim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Turns published checkpoints into a model. */
@Command(
    name = "import",
    description = {
      "Turn the checkpoints of a published system into a model folder, which -m takes.",
      "Every tensor must be one that the family knows, of the shape that the configuration says;"
          + " else nothing is written. Files of PyTorch are read as data: what is in them is never"
          + " run. `seriatim families` lists the families."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  seriatim import vae_ch160v4096z32.pth var_d16.pth --family var --config var.json -o var-d16",
      "  seriatim import model.safetensors.index.json --family titok -o titok",
      "  seriatim generate var -m var-d16 --label 207"
    })
final class ImportCommand extends SystemCommand {
  private static final String CONFIGURATION = "config.json";
  private static final String DESCRIPTOR = "model.json";

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "The system's checkpoints, in any order: .pt, .pth, .bin, .ckpt, .safetensors, or the"
              + " index of shards.")
  private List<Path> files;

  @Option(
      names = "--family",
      paramLabel = "ID",
      required = true,
      description = "The published system.")
  private String family;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The system's own configuration, JSON (default: config.json beside the first file).")
  private Path config;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the model (default: the family's choice).")
  private String name;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "The folder to make.")
  private Path output;

  private Map<?, ?> configuration;

  @Override
  void check() {
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new SeriatimException(file + ": expected a checkpoint, found no file");
      }
    }
    if (Files.exists(output)) {
      throw new SeriatimException("--output: expected no such folder yet, found " + output);
    }
    Path beside = files.get(0).resolveSibling(CONFIGURATION);
    if (config == null && !Files.isRegularFile(beside)) {
      throw new SeriatimException("--config: expected a file, found none, nor " + beside);
    }
    configuration = read(config == null ? beside : config);
  }

  private static Map<?, ?> read(Path file) {
    try {
      Map<?, ?> values = Json.read(Files.readString(file), Map.class);
      if (values != null) {
        return values;
      }
      throw new SeriatimException(file + ": expected a JSON object, found nothing");
    } catch (JsonParseException e) {
      throw new SeriatimException(file + ": expected a JSON object: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be read: " + e, e);
    }
  }

  @Override
  int run(Seriatim seriatim) {
    Map<String, Object> values = new LinkedHashMap<>();
    configuration.forEach((key, value) -> values.put(String.valueOf(key), value));
    try (Progress progress = Progress.of("import", 0, 0, err())) {
      seriatim
          .importer()
          .importModel(
              family, files, values, name, output, (done, all) -> progress.to(done, all, "bytes"));
    }
    report(seriatim.service(DescriptorFormat.class));
    return ExitCode.OK;
  }

  private void report(DescriptorFormat format) {
    Path file = output.resolve(DESCRIPTOR);
    ModelDescriptor model;
    try {
      model = format.read(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be read: " + e, e);
    }
    if (json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("family", family);
      document.put("files", files.stream().map(Path::toString).toList());
      document.put("output", output.toString());
      document.put("model", model.name());
      document.put("parts", model.parts());
      document.put("weights", model.weights());
      out().println(Json.indented(document));
    } else {
      out()
          .println(
              output
                  + ": imported as "
                  + model.name()
                  + "; `seriatim models -m "
                  + output
                  + "` shows it");
    }
  }
}
