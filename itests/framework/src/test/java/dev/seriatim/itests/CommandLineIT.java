package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a process: what it writes, what it says, and what it ends with. */
class CommandLineIT {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int DIFFERENT = 3;
  private static final int NOT_WIRED = 4;

  @TempDir private Path folder;
  private Shell shell;
  private String models;

  @BeforeEach
  void openShell() {
    shell = new Shell(folder);
    models = TinyModel.folder().toAbsolutePath().toString();
  }

  @Test
  void whatIsGeneratedCarriesItsManifestAndReplays() throws Exception {
    JsonObject document =
        shell
            .seriatim(
                "generate",
                "tiny",
                "-m",
                models,
                "--label",
                "b,c",
                "-n",
                "4",
                "--seed",
                "9",
                "--top-k",
                "10",
                "-o",
                "drawn.png",
                "--json")
            .json()
            .getAsJsonObject();
    assertThat(shell.files()).containsExactly("drawn.png");
    Png png = Png.read(folder.resolve("drawn.png"));
    JsonObject provenance = JsonParser.parseString(png.text()).getAsJsonObject();
    assertThat(provenance.get("manifest")).isEqualTo(document.get("manifest"));
    JsonObject manifest = document.getAsJsonObject("manifest");
    assertThat(manifest.get("model").getAsString()).isEqualTo("tiny");
    assertThat(manifest.get("seed").getAsLong()).isEqualTo(9);
    assertThat(texts(manifest.getAsJsonArray("conditions")))
        .containsExactly("label=b", "label=c", "label=b", "label=c");
    assertThat(manifest.getAsJsonObject("weights").get(TinyModel.GENERATOR_FILE).getAsString())
        .isEqualTo(TinyModel.sha256(TinyModel.folder().resolve(TinyModel.GENERATOR_FILE)));

    Shell.Outcome replay = shell.seriatim("replay", "drawn.png", "-m", models).succeeded();
    assertThat(replay.out())
        .isEqualToIgnoringNewLines("drawn.png: same: tokens equal, pixels equal");

    // Another manifest, then another picture under the same manifest.
    png.withText(png.text().replace("\"seed\":9", "\"seed\":10")).write(folder.resolve("seed.png"));
    Shell.Outcome other = shell.seriatim("replay", "seed.png", "-m", models, "--json");
    assertThat(other.code()).isEqualTo(DIFFERENT);
    JsonObject difference = JsonParser.parseString(other.out()).getAsJsonObject();
    assertThat(difference.get("same").getAsBoolean()).isFalse();
    assertThat(difference.get("tokensEqual").getAsBoolean()).isFalse();

    Path painted = folder.resolve("painted.png");
    paintOver(folder.resolve("drawn.png"), painted);
    Png.read(painted).withText(png.text()).write(painted);
    Shell.Outcome pixels = shell.seriatim("replay", "painted.png", "-m", models);
    assertThat(pixels.code()).isEqualTo(DIFFERENT);
    assertThat(pixels.out()).startsWith("painted.png: different: tokens equal, pixels differ by");
  }

  @Test
  void theShippedModelDrawsSixteenSevens() throws Exception {
    shell
        .seriatim(
            "generate", "digits-ar", "--label", "7", "-n", "16", "--seed", "1", "-o", "sevens.png")
        .succeeded();
    assertThat(shell.files()).containsExactly("sevens.png");
    shell.seriatim("replay", "sevens.png").succeeded();
  }

  @Test
  void singleSamplesReplayToo() throws Exception {
    shell
        .seriatim(
            "generate", "tiny", "-m", models, "-n", "3", "--single", "--greedy", "-o", "one.png")
        .succeeded();
    assertThat(shell.files()).containsExactly("one-000.png", "one-001.png", "one-002.png");
    shell.seriatim("replay", "one-002.png", "-m", models).succeeded();
  }

  @Test
  void listsAndExplains() throws Exception {
    JsonArray listed = shell.seriatim("models", "-m", models, "--json").json().getAsJsonArray();
    JsonObject tiny =
        StreamSupport.stream(listed.spliterator(), false)
            .map(JsonElement::getAsJsonObject)
            .filter(model -> model.get("name").getAsString().equals("tiny"))
            .findFirst()
            .orElseThrow();
    assertThat(tiny.get("state").getAsString()).isEqualTo("ready");
    assertThat(texts(tiny.getAsJsonArray("labels"))).containsExactly("a", "b", "c");

    JsonArray parts = shell.seriatim("parts", "--json").json().getAsJsonArray();
    assertThat(
            StreamSupport.stream(parts.spliterator(), false)
                .map(part -> part.getAsJsonObject().get("id").getAsString()))
        .contains("vq.grid", "transformer.causal", "categorical", "raster", "cfg", "top-k");
    assertThat(shell.seriatim("parts", "cfg").succeeded().out())
        .contains("scale", "(required)", "schedule", "\"constant\"");
    assertThat(shell.seriatim("why", "tiny", "-m", models).succeeded().out())
        .startsWith("tiny 1.0.0 is ready");
  }

  @Test
  void aModelThatLacksAPartIsListedExplainedAndRefused() throws Exception {
    Path newer =
        TinyModel.variant(
            folder.resolve("models"),
            "newer",
            model -> TinyModel.at(model, "parts", "head").addProperty("version", "[2.0,3)"));
    String reason = "newer needs head categorical [2.0,3), but only 1.2.0 is installed";
    assertThat(shell.seriatim("models", "-m", newer.toString()).succeeded().out())
        .containsPattern("newer +1.0.0 +unwired +" + Pattern.quote(reason));
    assertThat(shell.seriatim("why", "newer", "-m", newer.toString()).succeeded().out())
        .isEqualToIgnoringNewLines(reason);
    shell
        .seriatim("generate", "newer", "-m", newer.toString(), "-o", "newer.png")
        .failed(NOT_WIRED, reason);
    assertThat(shell.files()).containsExactly("models");
  }

  @Test
  void weightsThatAreNotWhatTheyShouldBeAreRefused() throws Exception {
    Path changed =
        TinyModel.variant(
            folder.resolve("models"),
            "changed",
            model ->
                TinyModel.at(model, "weights")
                    .addProperty(TinyModel.GENERATOR_FILE, "0".repeat(64)));
    shell
        .seriatim("generate", "changed", "-m", changed.toString())
        .failed(NOT_WIRED, TinyModel.GENERATOR_FILE, "expected the SHA-256 000");
    assertThat(shell.files()).containsExactly("models");
  }

  @Test
  void refusesWhatIsNotThereAndWritesNothing() throws Exception {
    shell
        .seriatim("generate", "tyny", "-m", models)
        .failed(FAILED, "There is no model named 'tyny'", "nearest: tiny");
    shell
        .seriatim("generate", "tiny", "-m", models, "--label", "d")
        .failed(FAILED, "label: expected one of a, b, c, found 'd'");
    shell
        .seriatim("generate", "tiny", "-m", models, "--cfg", "-1")
        .failed(FAILED, "cfg: scale: expected a number of at least 0, found -1.0");
    shell
        .seriatim("generate", "tiny", "-m", folder.resolve("nowhere").toString())
        .failed(FAILED, "nowhere");
    shell.seriatim("why", "nothing").failed(FAILED, "nothing");
    assertThat(shell.files()).isEmpty();
  }

  @Test
  void refusesBeforeAnythingIsStarted() throws Exception {
    Files.writeString(folder.resolve("file"), "not a folder");
    shell
        .seriatim("generate", "tiny", "-m", models, "-o", "file/picture.png")
        .failed(FAILED, "file/picture.png: cannot be written: expected the folder", "found none");
    shell
        .seriatim("generate", "tiny", "-m", models, "-o", "nowhere/picture.png")
        .failed(FAILED, "nowhere/picture.png: cannot be written: expected the folder");
    shell.seriatim("replay", "absent.png").failed(FAILED, "absent.png: expected a PNG file");
    shell.seriatim("replay", "file").failed(FAILED, "file: expected a PNG file, found something");
    shell.seriatim("tokenize", "digits-ar", "absent.png").failed(FAILED, "absent.png");
    shell.seriatim("train", "absent.json").failed(FAILED, "absent.json: expected a recipe");
    shell.seriatim("generate").failed(USAGE, "MODEL");
    shell.seriatim("generate", "tiny", "--tempo", "3").failed(USAGE, "--tempo");
    shell.seriatim("generate", "tiny", "--seed", "x").failed(USAGE, "--seed");
    assertThat(shell.files()).containsExactly("file");
  }

  @Test
  void tokenizesAPictureAndPutsBothSideBySide() throws Exception {
    BufferedImage picture = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setSample(3, 3, 0, 255);
    ImageIO.write(picture, "png", folder.resolve("dot.png").toFile());
    JsonObject tokens =
        shell
            .seriatim("tokenize", "tiny", "dot.png", "-m", models, "--scale", "2", "--json")
            .json()
            .getAsJsonObject();
    assertThat(tokens.getAsJsonArray("ids")).hasSize(TinyModel.STEPS);
    assertThat(shell.files()).containsExactly("dot-tokens.png", "dot.png");
    BufferedImage both = ImageIO.read(folder.resolve("dot-tokens.png").toFile());
    assertThat(both.getHeight()).isEqualTo(2 * 8);
    assertThat(both.getWidth()).isGreaterThan(2 * 2 * 8);
  }

  private static void paintOver(Path from, Path to) throws IOException {
    BufferedImage picture = ImageIO.read(from.toFile());
    int sample = picture.getRaster().getSample(0, 0, 0);
    picture.getRaster().setSample(0, 0, 0, sample < 128 ? 255 : 0);
    BufferedImage copy =
        new BufferedImage(picture.getWidth(), picture.getHeight(), picture.getType());
    copy.setData(picture.getRaster());
    ImageIO.write(copy, "png", to.toFile());
  }

  private static List<String> texts(JsonArray array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonElement::getAsString).toList();
  }
}
