package dev.seriatim.family.nar.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.family.llamagen.RecordedRun;
import dev.seriatim.family.llamagen.Sampling;
import dev.seriatim.importing.OfficialConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A recorded case: the network on given tokens, and runs of {@code generate}. */
final class NarCase {
  private final RecordedCase recorded;
  private final RecordedModel model;
  private final Kernel network;
  private final NDManager scope;
  private final List<Condition> conditions;

  NarCase(RecordedCase recorded, RecordedModel model) {
    this.recorded = recorded;
    this.model = model;
    this.network = model.part("backbone", KernelPart.class).kernel();
    this.scope = recorded.scope().manager();
    NDArray given = recorded.input("in.cond");
    this.conditions =
        recorded.has("in.emb_masks")
            ? RecordedRun.captions(given, recorded.input("in.emb_masks"))
            : RecordedRun.labels(given);
  }

  void verify() {
    output("out.proximity_mask", () -> network.callForOne(scope, "proximity"));
    output("out.rope_table", () -> network.callForOne(scope, "rotary_table"));
    if (recorded.has("in.ids")) {
      NDArray ids = recorded.input("in.ids");
      output("out.teacher_logits", () -> taught(ids));
    }
    if (recorded.settings().get("runs") instanceof Map<?, ?> runs) {
      runs.keySet().forEach(run -> generate(String.valueOf(run)));
    }
  }

  private void output(String name, Supplier<NDArray> found) {
    if (recorded.has(name)) {
      recorded.output(name, found.get());
    }
  }

  /** The official forward on given tokens is told of no padding: whole captions are seen. */
  private NDArray taught(NDArray ids) {
    List<Condition> whole = conditions.stream().map(NarCase::withoutPadding).toList();
    Lesson lesson = new Lesson(ids.expandDims(2), Exposure.OWN_ORDER, whole, null, scope);
    NDArray states = model.part("backbone", Backbone.class).teach(lesson);
    Step step = Step.settle(0, Slots.range(0, (int) ids.getShape().get(1)));
    Head head = model.part("head", Head.class);
    return ((CategoricalDistribution) head.distribution(states, step)).logits();
  }

  private static Condition withoutPadding(Condition condition) {
    if (!(condition instanceof Condition.Features caption)) {
      return condition;
    }
    boolean[] all = new boolean[caption.valid().length];
    Arrays.fill(all, true);
    return new Condition.Features(caption.values(), all);
  }

  private void generate(String run) {
    OfficialConfig settings =
        OfficialConfig.of(NarFamily.NAME, recorded.settings()).section("runs").section(run);
    Sampling sampling = Sampling.of(settings, recorded.has("in." + run + ".exp_draws"));
    Loop.Parts parts = model.parts(null, NarFamily.guides(sampling));
    RecordedRun found =
        sampling.drawn()
            ? RecordedRun.ofDraws(
                recorded, parts, conditions, recorded.input("in." + run + ".exp_draws"))
            : RecordedRun.ofModes(recorded, parts, conditions);
    output("out." + run + ".tokens", found::ids);
    output("out." + run + ".logits", () -> streams(found));
    output("out." + run + ".guided_logits", found::guided);
    output("out.generation_order", found::order);
  }

  /** Logits of all streams, [stream · sample, slot, id]. */
  private static NDArray streams(RecordedRun run) {
    NDList all = new NDList();
    IntStream.range(0, run.streams()).forEach(stream -> all.add(run.logits(stream)));
    return NDArrays.concat(all, 0);
  }
}
