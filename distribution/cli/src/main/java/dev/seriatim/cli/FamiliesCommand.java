package dev.seriatim.cli;

import dev.seriatim.launcher.Seriatim;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the families. */
@Command(
    name = "families",
    description = "List the published systems whose checkpoints can be imported and verified.",
    footerHeading = "%nExamples:%n",
    footer = {"  seriatim families", "  seriatim families --json"})
final class FamiliesCommand extends SystemCommand {
  @Override
  int run(Seriatim seriatim) {
    List<String> families = seriatim.importer().families();
    if (json()) {
      out().println(Json.indented(families));
    } else {
      families.forEach(out()::println);
    }
    return ExitCode.OK;
  }
}
