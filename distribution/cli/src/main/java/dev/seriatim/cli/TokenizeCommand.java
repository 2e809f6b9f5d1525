package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A picture or a text to tokens and back. */
@Command(
    name = "tokenize",
    description = {
      "Turn a picture into a model's tokens and back: prints the ids, and writes the picture as the"
          + " tokenizer sees it beside the one that the tokens give.",
      "The picture is brought to the tokenizer's size, and to grey where it works in grey.",
      "Of a model of texts, print each token of a text: its id, and what it spells."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  seriatim tokenize digits-ar seven.png",
      "  seriatim tokenize digits-ar seven.png -o both.png --json",
      "  seriatim tokenize verse \"In the beginning\"",
      "  seriatim tokenize verse - --json <psalm.txt"
    })
final class TokenizeCommand extends SystemCommand {
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Parameters(
      paramLabel = "INPUT",
      description =
          "A picture: PNG, JPEG, GIF or BMP. Of a model of texts, the text itself; -: standard"
              + " input.")
  private String input;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The two pictures side by side (default: IMAGE-tokens.png, here).")
  private Path output;

  @Option(
      names = "--scale",
      paramLabel = "N",
      defaultValue = "0",
      description = "Enlarge each pixel to N×N (default: small images to about 112 pixels).")
  private int scale;

  @Override
  void check() {
    if (output != null) {
      OutputFile.at(output);
    }
  }

  @Override
  int run(Seriatim seriatim) throws Exception {
    try (PartLease<Tokenizer> lease = seriatim.tokenizer(model)) {
      if (lease.part() instanceof TextTokenizer tokenizer) {
        text(tokenizer);
      } else {
        picture(seriatim, lease.part());
      }
    }
    return ExitCode.OK;
  }

  private void text(TextTokenizer tokenizer) {
    if (output != null) {
      throw new SeriatimException(
          "-o: expected a model of pictures, found " + model + ", whose tokens are texts");
    }
    TokenizedText text =
        TokenizedText.of(tokenizer, input.equals("-") ? Prompts.standardInput() : input);
    if (json()) {
      out().println(Json.indented(text.document(model)));
    } else {
      text.print(out());
    }
  }

  private void picture(Seriatim seriatim, Tokenizer tokenizer) throws Exception {
    Path image = Path.of(input);
    TokenizedPicture picture =
        TokenizedPicture.of(seriatim.engine(), tokenizer, Pictures.read(image));
    if (output == null) {
      String name = image.getFileName().toString();
      int dot = name.lastIndexOf('.');
      output = Path.of((dot > 0 ? name.substring(0, dot) : name) + "-tokens.png");
    }
    picture.write(OutputFile.at(output), scale);
    if (json()) {
      out().println(Json.indented(picture.document(model, image, output)));
    } else {
      picture.print(out(), output);
    }
  }
}
