package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.itests.Shell.Outcome;
import dev.seriatim.launcher.Seriatim;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A text model from its published files to what it prints: a GPT-2 too small to have learned
 * anything, with the vocabulary and the chat template of its folder.
 */
class TextIT {
  private static final int FAILED = 1;
  private static final int WIDTH = 8;
  private static final int CONTEXT = 32;
  private static final String END = "<|endoftext|>";

  @TempDir private static Path folder;
  private static Shell shell;
  private static String model;

  @BeforeAll
  static void importTheModel() throws Exception {
    shell = new Shell(folder);
    Path published = Files.createDirectories(folder.resolve("published"));
    JsonObject vocabulary = vocabulary();
    Files.writeString(published.resolve("vocab.json"), vocabulary.toString());
    Files.writeString(published.resolve("merges.txt"), "#version: 0.2\nh e\nl l\nhe ll\nhell o\n");
    JsonObject settings = new JsonObject();
    settings.addProperty(
        "chat_template",
        "{% for m in messages %}{{ m.role }}: {{ m.content | trim }}\n{% endfor %}model:");
    Files.writeString(published.resolve("tokenizer_config.json"), settings.toString());
    Files.writeString(published.resolve("config.json"), config(vocabulary.size()));
    writeWeights(published.resolve("model.safetensors"), vocabulary.size());
    shell
        .seriatim(
            "import",
            "published/model.safetensors",
            "--family",
            "gpt2",
            "--name",
            "letters",
            "-o",
            "letters")
        .succeeded();
    model = folder.resolve("letters").toString();
  }

  /** Letters that stand for themselves, a space, a line's end, four merges, an end. */
  private static JsonObject vocabulary() {
    List<String> tokens = new ArrayList<>();
    for (char c = '!'; c <= '~'; c++) {
      tokens.add(String.valueOf(c));
    }
    tokens.addAll(List.of("\u0120", "\u010A", "he", "ll", "hell", "hello", END));
    JsonObject vocabulary = new JsonObject();
    tokens.forEach(token -> vocabulary.addProperty(token, vocabulary.size()));
    return vocabulary;
  }

  private static String config(int vocabulary) {
    JsonObject config = new JsonObject();
    config.addProperty("model_type", "gpt2");
    JsonArray architectures = new JsonArray();
    architectures.add("GPT2LMHeadModel");
    config.add("architectures", architectures);
    config.addProperty("vocab_size", vocabulary);
    config.addProperty("n_positions", CONTEXT);
    config.addProperty("n_embd", WIDTH);
    config.addProperty("n_layer", 1);
    config.addProperty("n_head", 2);
    config.addProperty("layer_norm_epsilon", 1e-5);
    config.addProperty("activation_function", "gelu_new");
    config.addProperty("eos_token_id", vocabulary - 1);
    return config.toString();
  }

  private static void writeWeights(Path file, int vocabulary) {
    Random random = new Random(3);
    List<TensorData> tensors = new ArrayList<>();
    tensors.add(tensor(random, "wte.weight", vocabulary, WIDTH));
    tensors.add(tensor(random, "wpe.weight", CONTEXT, WIDTH));
    layer(tensors, random, "h.0.ln_1", WIDTH);
    layer(tensors, random, "h.0.attn.c_attn", WIDTH, 3 * WIDTH);
    layer(tensors, random, "h.0.attn.c_proj", WIDTH, WIDTH);
    layer(tensors, random, "h.0.ln_2", WIDTH);
    layer(tensors, random, "h.0.mlp.c_fc", WIDTH, 4 * WIDTH);
    layer(tensors, random, "h.0.mlp.c_proj", 4 * WIDTH, WIDTH);
    layer(tensors, random, "ln_f", WIDTH);
    try (Seriatim seriatim = Systems.builder().start()) {
      seriatim.service(CheckpointFormat.class).write(file, Map.of(), tensors);
    }
  }

  private static void layer(List<TensorData> to, Random random, String name, long... shape) {
    to.add(tensor(random, name + ".weight", shape));
    to.add(tensor(random, name + ".bias", shape[shape.length - 1]));
  }

  private static TensorData tensor(Random random, String name, long... shape) {
    Shape all = new Shape(shape);
    ByteBuffer bytes =
        ByteBuffer.allocate((int) all.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < all.size(); i++) {
      bytes.putFloat((float) random.nextGaussian() * 0.5f);
    }
    return new TensorData(
        new TensorInfo("transformer." + name, ElementType.F32, all), bytes.flip());
  }

  private static Outcome generate(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("generate", "letters", "-m", model));
    all.addAll(List.of(arguments));
    return shell.seriatim(all.toArray(String[]::new));
  }

  @Test
  void aTextIsTakenToTokens() throws Exception {
    Outcome outcome = shell.seriatim("tokenize", "letters", "-m", model, "hello he\n").succeeded();
    assertThat(outcome.out().lines())
        .containsExactly(
            "99 |hello|", "94 | |", "96 |he|", "95 |\\n|", "4 tokens of 9 characters, 9 bytes");
  }

  @Test
  void aTextGoesOnFromItsPromptAndIsTheSameInABatch() throws Exception {
    String text = generate("--prompt", "hello", "--length", "12", "--seed", "4").succeeded().out();
    assertThat(text).startsWith("hello").hasSizeGreaterThan("hello".length());
    JsonArray texts =
        generate("--prompt", "hello", "--length", "12", "--seed", "4", "-n", "2", "--json")
            .json()
            .getAsJsonObject()
            .getAsJsonArray("texts");
    assertThat(texts).hasSize(2);
    JsonObject first = texts.get(0).getAsJsonObject();
    assertThat(first.get("prompt").getAsString()).isEqualTo("hello");
    assertThat(text.strip()).isEqualTo(("hello" + first.get("text").getAsString()).strip());
    assertThat(first.get("promptTokens").getAsInt()).isEqualTo(1);
  }

  @Test
  void aConversationIsAnswered() throws Exception {
    JsonObject text =
        generate("--chat", "--prompt", "hello", "--length", "3", "--json")
            .json()
            .getAsJsonObject()
            .getAsJsonArray("texts")
            .get(0)
            .getAsJsonObject();
    // u s e r : ␣ hello ⏎ m o d e l :
    assertThat(text.get("promptTokens").getAsInt()).isEqualTo(14);
    assertThat(text.get("prompt").getAsString()).isEmpty();
  }

  @Test
  void whatCannotBeWrittenIsRefusedBeforeAnythingIsPrinted() throws Exception {
    generate("--prompt", "x".repeat(40))
        .failed(FAILED, "at most 32 tokens", "40 tokens of the prompt");
    generate("--length", "5").failed(FAILED, "expected a token before the first");
    generate("--prompt", "x", "--label", "7").failed(FAILED, "expected no --label beside it");
    generate("--label", "7").failed(FAILED, "this model takes no label");
    shell
        .seriatim(
            "generate",
            "tiny",
            "-m",
            TinyModel.folder().toAbsolutePath().toString(),
            "--prompt",
            "x")
        .failed(FAILED, "expected a model that takes texts, found tiny, which takes labels");
  }
}
