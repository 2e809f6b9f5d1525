package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.verification.Verifier.Comparison;
import dev.seriatim.api.verification.Verifier.Report;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares what models compute with what official implementations gave. */
@Command(
    name = "verify",
    description = {
      "Run recorded cases of published systems, and compare tensor by tensor.",
      "A case is a folder with checkpoints, config.json and case.safetensors (inputs, and the outputs"
          + " that the official implementation gave). It passes when every output is reproduced: ids"
          + " equal, numbers within a small share of the tensor's largest."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  seriatim verify cases/var",
      "  seriatim verify cases/* --json",
      "  seriatim verify my-case --family llamagen"
    })
final class VerifyCommand extends SystemCommand {
  @Parameters(paramLabel = "CASE", arity = "1..*", description = "Folders of recorded cases.")
  private List<Path> cases;

  @Option(
      names = "--family",
      paramLabel = "ID",
      description = "The published system (default: as the case says).")
  private String family;

  @Override
  void check() {
    for (Path folder : cases) {
      if (!Files.isDirectory(folder)) {
        throw new SeriatimException(folder + ": expected a folder with a case, found none");
      }
    }
  }

  @Override
  int run(Seriatim seriatim) {
    List<Map<String, Object>> documents = new ArrayList<>();
    int passed = 0;
    for (Path folder : cases) {
      Report report = verify(seriatim, folder);
      passed += report.passed() ? 1 : 0;
      documents.add(document(folder, report));
      if (!json()) {
        show(folder, report);
      }
    }
    if (json()) {
      out().println(Json.indented(documents));
    } else if (cases.size() > 1) {
      out().printf("%d of %d cases passed%n", passed, cases.size());
    }
    return passed == cases.size() ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  /** One case that cannot be run does not keep the others from it. */
  private Report verify(Seriatim seriatim, Path folder) {
    try {
      return seriatim.verifier().verify(folder, family);
    } catch (SeriatimException e) {
      return new Report(family == null ? "" : family, List.of(), e.getMessage());
    }
  }

  private void show(Path folder, Report report) {
    if (!report.comparisons().isEmpty()) {
      Table table =
          new Table("TENSOR", "TYPE", "SHAPE", "LARGEST ERROR", "RELATIVE", "UNEQUAL", "VERDICT");
      for (Comparison each : report.comparisons()) {
        table.row(
            each.tensor(),
            each.type(),
            each.shape().stream().map(String::valueOf).collect(Collectors.joining("×")),
            each.reproduced() ? error(each.largestError()) : "-",
            each.reproduced() ? error(each.relativeError()) : "-",
            each.reproduced() ? each.unequal() : "-",
            verdict(each));
      }
      out().println(table);
    }
    out().println(folder + ": " + verdict(report));
    out().flush();
  }

  private static String error(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }

  private static String verdict(Comparison comparison) {
    String verdict = comparison.passed() ? "passed" : "FAILED";
    return comparison.note().isEmpty() ? verdict : verdict + ": " + comparison.note();
  }

  private static String verdict(Report report) {
    long failed = report.comparisons().stream().filter(each -> !each.passed()).count();
    int all = report.comparisons().size();
    if (report.passed()) {
      return "passed: " + all + " tensors reproduced";
    }
    String differ = failed == 0 ? "" : failed + " of " + all + " tensors not reproduced";
    if (report.failure().isEmpty()) {
      return "FAILED: " + (all == 0 ? "it has no outputs" : differ);
    }
    return "FAILED: " + (differ.isEmpty() ? "" : differ + "; ") + report.failure();
  }

  private static Map<String, Object> document(Path folder, Report report) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("case", folder.toString());
    document.put("family", report.family());
    document.put("passed", report.passed());
    document.put("failure", report.failure());
    document.put("tensors", report.comparisons().stream().map(VerifyCommand::document).toList());
    return document;
  }

  private static Map<String, Object> document(Comparison comparison) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("tensor", comparison.tensor());
    document.put("type", comparison.type());
    document.put("shape", comparison.shape());
    document.put("reproduced", comparison.reproduced());
    document.put("largestError", Json.number(comparison.largestError()));
    document.put("relativeError", Json.number(comparison.relativeError()));
    document.put("unequal", comparison.unequal());
    document.put("tolerance", comparison.tolerance());
    document.put("passed", comparison.passed());
    document.put("note", comparison.note());
    return document;
  }
}
