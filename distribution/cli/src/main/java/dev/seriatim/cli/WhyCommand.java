package dev.seriatim.cli;

import dev.seriatim.launcher.Seriatim;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Explains a model or a part. */
@Command(
    name = "why",
    description = "Say in one sentence why a model or a part is as it is.",
    footerHeading = "%nExamples:%n",
    footer = {"  seriatim why digits-ar", "  seriatim why cfg"})
final class WhyCommand extends SystemCommand {
  @Parameters(paramLabel = "NAME", description = "Name of a model or id of a part.")
  private String name;

  @Override
  int run(Seriatim seriatim) {
    String sentence = seriatim.models().why(name);
    if (json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("name", name);
      document.put("why", sentence);
      out().println(Json.indented(document));
    } else {
      out().println(sentence);
    }
    return ExitCode.OK;
  }
}
