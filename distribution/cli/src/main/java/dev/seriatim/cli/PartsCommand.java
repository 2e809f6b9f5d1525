package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.launcher.Seriatim;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists parts, or the configuration of one. */
@Command(
    name = "parts",
    description = "List the parts that models are made of, or the configuration of one.",
    footerHeading = "%nExamples:%n",
    footer = {"  seriatim parts", "  seriatim parts cfg", "  seriatim parts --json"})
final class PartsCommand extends SystemCommand {
  @Parameters(paramLabel = "ID", arity = "0..1", description = "Show this part's configuration.")
  private String id;

  @Override
  int run(Seriatim seriatim) {
    List<PartDescription> all = seriatim.models().parts();
    List<PartDescription> parts =
        all.stream().filter(part -> id == null || part.id().equals(id)).toList();
    if (id != null && parts.isEmpty()) {
      throw new SeriatimException(
          "part: expected one of "
              + all.stream().map(PartDescription::id).distinct().collect(Collectors.joining(", "))
              + ", found '"
              + id
              + "'");
    }
    if (json()) {
      out().println(Json.indented(parts));
    } else if (id == null) {
      Table table = new Table("KIND", "ID", "VERSION", "BUNDLE");
      parts.forEach(part -> table.row(part.kind(), part.id(), part.version(), part.bundle()));
      out().println(table);
    } else {
      parts.forEach(this::show);
    }
    return ExitCode.OK;
  }

  private void show(PartDescription part) {
    out()
        .println(part.kind() + " " + part.id() + " " + part.version() + " (" + part.bundle() + ")");
    part.attributes()
        .forEach((name, values) -> out().println("  " + name + ": " + String.join(", ", values)));
    if (part.keys().isEmpty()) {
      out().println("  no configuration");
      return;
    }
    Table table = new Table("  KEY", "TYPE", "DEFAULT", "MEANING");
    for (PartDescription.Key key : part.keys()) {
      table.row(
          "  " + key.name(),
          key.type(),
          key.defaultValue().isEmpty() ? "(required)" : key.defaultValue(),
          key.meaning());
    }
    out().println(table);
  }
}
