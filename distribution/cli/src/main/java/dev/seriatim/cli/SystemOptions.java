package dev.seriatim.cli;

import dev.seriatim.launcher.Seriatim;
import dev.seriatim.launcher.SeriatimBuilder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of all commands that start the system. */
final class SystemOptions {
  /** System property: the folder with lib/, bundles/ and models/. */
  static final String HOME = "seriatim.home";

  @Option(
      names = {"-m", "--models"},
      paramLabel = "DIR",
      description = "More models: a trained folder, a model bundle, or a folder of these.")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "More bundles: a jar or a folder of jars.")
  private List<Path> plugins = new ArrayList<>();

  @Option(names = "--device", paramLabel = "NAME", description = "cpu, or gpu0, gpu1, …")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that one operation of the engine may use.")
  private Integer threads;

  @Option(names = "--debug", description = "Show logs and stack traces.")
  private boolean debug;

  /**
   * Starts the system.
   *
   * @param err told of plugins that do not fit
   */
  Seriatim start(PrintWriter err) {
    Logging.configure(debug);
    // On Ctrl-C the command ends first, perhaps with a checkpoint.
    SeriatimBuilder builder = Seriatim.builder().closeOnExit(false);
    String home = System.getProperty(HOME);
    if (home != null) {
      builder.bundles(Path.of(home, "bundles"));
      Path shipped = Path.of(home, "models");
      if (Files.isDirectory(shipped)) {
        builder.models(shipped);
      }
    }
    builder.plugins(plugins.toArray(Path[]::new)).models(models.toArray(Path[]::new));
    if (device != null) {
      builder.device(device);
    }
    if (threads != null) {
      builder.threads(threads);
    }
    Seriatim seriatim = builder.start();
    Interrupts.on(seriatim::close);
    seriatim.problems().forEach(problem -> err.println("seriatim: " + problem));
    return seriatim;
  }
}
