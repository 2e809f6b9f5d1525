package dev.seriatim.cli;

import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.launcher.Seriatim;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists models. */
@Command(
    name = "models",
    description = "List the models, whether they are ready, and why not.",
    footerHeading = "%nExamples:%n",
    footer = {"  seriatim models", "  seriatim models -m runs/digits --json"})
final class ModelsCommand extends SystemCommand {
  @Override
  int run(Seriatim seriatim) {
    List<ModelStatus> models = seriatim.models().models();
    if (json()) {
      out().println(Json.indented(models.stream().map(ModelsCommand::document).toList()));
      return ExitCode.OK;
    }
    if (models.isEmpty()) {
      err().println("seriatim: no models; -m DIR adds some");
      return ExitCode.OK;
    }
    Table table = new Table("MODEL", "VERSION", "STATE", "TITLE");
    for (ModelStatus model : models) {
      table.row(
          model.descriptor().name(),
          model.descriptor().version(),
          state(model),
          model.reason().isEmpty() ? model.descriptor().title() : model.reason());
    }
    out().println(table);
    return ExitCode.OK;
  }

  private static String state(ModelStatus model) {
    return model.state().name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> document(ModelStatus model) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", model.descriptor().name());
    document.put("version", model.descriptor().version());
    document.put("title", model.descriptor().title());
    document.put("license", model.descriptor().license());
    document.put("state", state(model));
    document.put("reason", model.reason());
    document.put("labels", model.descriptor().conditions().labels());
    document.put("bundle", model.bundle());
    document.put("parts", model.descriptor().parts());
    document.put("guides", model.descriptor().guides());
    document.put("weights", model.descriptor().weights());
    return document;
  }
}
