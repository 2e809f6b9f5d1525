package dev.seriatim.evaluation.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.generation.PartLender;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.training.DataSets;
import dev.seriatim.api.training.Evaluator;
import dev.seriatim.api.training.Evaluator.TextOptions;
import dev.seriatim.api.training.Evaluator.TextReport;
import dev.seriatim.api.training.TextDataSet;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.evaluation.TextLikelihood;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Measures text models: reads a text as the model was trained to.
 *
 * @param engine that models run on
 * @param lender of their parts
 * @param dataSets reads texts
 */
record TextEvaluation(Engine engine, PartLender lender, DataSets dataSets) {
  /** Most tokens that are read at once unless the options say otherwise. */
  private static final int WINDOW = 1024;

  /** Tokens in a batch of windows. */
  private static final int BATCH_TOKENS = 4096;

  TextReport measure(
      ModelDescriptor model, TextOptions options, BiConsumer<Integer, Integer> progress) {
    String name = model.name();
    long start = System.nanoTime();
    try (PartLease<TextTokenizer> tokenizer =
            lender.lend(name, ProvidesPart.TOKENIZER, TextTokenizer.class);
        PartLease<Backbone> backbone = lender.lend(name, ProvidesPart.BACKBONE, Backbone.class);
        PartLease<Head> head = lender.lend(name, ProvidesPart.HEAD, Head.class);
        PartLease<Scheduler> scheduler =
            lender.lend(name, ProvidesPart.SCHEDULER, Scheduler.class)) {
      int context = tokenizer.part().layout().slots();
      int window = options.window() == 0 ? Math.min(WINDOW, context) : options.window();
      if (window < 1 || window > context) {
        throw refuse("window", "1 to " + context + " tokens", String.valueOf(window));
      }
      if (options.draws() < 1) {
        throw refuse("draws", "at least 1", String.valueOf(options.draws()));
      }
      String text = options.text() == null ? heldOut(model) : text(options.text());
      TextLikelihood.Options how =
          new TextLikelihood.Options(
              window, Math.max(1, BATCH_TOKENS / window), options.draws(), options.seed());
      TextLikelihood.Result result =
          new TextLikelihood(
                  engine, tokenizer.part(), backbone.part(), head.part(), scheduler.part())
              .measure(text, how, progress);
      return new TextReport(
          name,
          result.bytes(),
          result.tokens(),
          result.bitsPerByte(),
          result.bound(),
          window,
          (System.nanoTime() - start) / 1e9);
    }
  }

  private String text(Path place) {
    Map<String, ?> whole = Map.of("format", DataSets.TEXT, "held-out", 0);
    if (dataSets.open(place, whole) instanceof TextDataSet text) {
      return text.train();
    }
    throw refuse(place.toString(), "a text", "other data");
  }

  private String heldOut(ModelDescriptor model) {
    if (!model.weights().containsKey(Evaluator.HELD_OUT)) {
      throw refuse(
          model.name() + ": " + Evaluator.HELD_OUT,
          "held-out text with the model, or a text to measure on",
          "neither");
    }
    try (Checkpoint file = lender.open(model.name(), Evaluator.HELD_OUT)) {
      TensorInfo text = file.tensors().get(Evaluator.HELD_OUT_TEXT);
      if (text == null || text.type() != ElementType.U8) {
        throw refuse(file.path() + ": " + Evaluator.HELD_OUT_TEXT, "bytes", String.valueOf(text));
      }
      return StandardCharsets.UTF_8.decode(file.bytes(text.name())).toString();
    }
  }

  private static SeriatimException refuse(String key, String expected, String found) {
    return new SeriatimException(key + ": expected " + expected + ", found " + found);
  }
}
