package dev.seriatim.backbone.nextscale.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.testkit.BackboneContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every transformer over a pyramid of scales keeps. */
abstract class ScaleContract<C extends Record> extends BackboneContract<C> {
  static final Pyramid PYRAMID =
      new Pyramid(List.of(new Grid(1, 1), new Grid(2, 2), new Grid(2, 3), new Grid(4, 4)));

  private final TokenSpace tokens;

  ScaleContract(TokenSpace tokens) {
    this.tokens = tokens;
  }

  @Override
  protected Frame frame() {
    return Frame.of(new ConditionSpace(List.of("a", "b", "c"), false)).with(PYRAMID, tokens);
  }

  @Override
  protected List<Parameter> parameters() {
    return awake(super.parameters());
  }

  @Override
  protected Tokenizer tokenizer() {
    return new PlainPyramid(PYRAMID, tokens);
  }

  /** Scale by scale; or two parts of a scale, one after the other. */
  @Override
  protected List<Slots> path(Random random) {
    List<Slots> path = new ArrayList<>();
    for (int scale = 0; scale < PYRAMID.scales().size(); scale++) {
      int first = PYRAMID.firstSlot(scale);
      int end = PYRAMID.firstSlot(scale + 1);
      int between = end - first > 1 && random.nextBoolean() ? first + 1 : end;
      path.add(Slots.range(first, between));
      if (between < end) {
        path.add(Slots.range(between, end));
      }
    }
    return path;
  }

  private BackboneContext open(Canvas canvas, Tokenizer tokenizer) {
    return part()
        .open(
            new ContextRequest(
                canvas,
                List.of(Stream.CONDITIONAL),
                List.of(new Condition.Label(1)),
                tokenizer,
                scope().manager()));
  }

  private static Slots scale(int scale) {
    return Slots.range(PYRAMID.firstSlot(scale), PYRAMID.firstSlot(scale + 1));
  }

  private void settle(Canvas canvas, int scale) {
    int size = scale(scale).count() * tokens.numbersPerSlot();
    if (tokens instanceof TokenSpace.Discrete) {
      canvas.write(scale(scale), 1f, new Random(scale).longs(size, 0, 5).toArray());
    } else {
      float[] vectors = new float[size];
      for (int i = 0; i < size; i++) {
        vectors[i] = (float) Math.cos(i + scale);
      }
      canvas.write(scale(scale), 1f, vectors);
    }
  }

  private NDArray states(BackboneContext context, int scale, Canvas canvas) {
    return context.forward(Step.settle(scale, scale(scale)), canvas, scope().manager()).states();
  }

  @Test
  @DisplayName("A context that opens on a partly settled canvas takes in what is there")
  void goesOnFromACanvas() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(PYRAMID, tokens, 1);
          try (BackboneContext whole = open(canvas, tokenizer())) {
            for (int scale = 0; scale < 2; scale++) {
              states(whole, scale, canvas);
              settle(canvas, scale);
            }
            try (BackboneContext later = open(canvas, tokenizer())) {
              for (int scale = 2; scale < 4; scale++) {
                float[] expected = states(whole, scale, canvas).toFloatArray();
                float[] found = states(later, scale, canvas).toFloatArray();
                for (int i = 0; i < expected.length; i++) {
                  assertThat(found[i]).isCloseTo(expected[i], within(1e-4f));
                }
                settle(canvas, scale);
              }
            }
          }
        });
  }

  @Test
  @DisplayName("Samples may ask for slots of their own")
  void slotsPerSample() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(PYRAMID, tokens, 2);
          List<Condition> conditions = List.of(new Condition.Label(0), Condition.NONE);
          ContextRequest request =
              new ContextRequest(
                  canvas,
                  List.of(Stream.CONDITIONAL, Stream.UNCONDITIONAL),
                  conditions,
                  tokenizer(),
                  scope().manager());
          int size = tokens.numbersPerSlot() * 2;
          if (tokens instanceof TokenSpace.Discrete) {
            canvas.write(Slots.shared(0), 1f, new long[size]);
          } else {
            canvas.write(Slots.shared(0), 1f, new float[size]);
          }
          try (BackboneContext context = part().open(request)) {
            NDArray all = states(context, 1, canvas);
            Slots some = Slots.perSample(new int[][] {{4, 2}, {1, 3}});
            NDArray picked =
                context.forward(Step.settle(1, some), canvas, scope().manager()).states();
            assertThat(picked.getShape().getShape()).containsExactly(4, 2, part().width());
            for (int row = 0; row < 4; row++) {
              for (int i = 0; i < 2; i++) {
                float[] expected = all.get(row, some.slot(row % 2, i) - 1).toFloatArray();
                assertThat(picked.get(row, i).toFloatArray())
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(expected);
              }
            }
          }
        });
  }

  @Test
  @DisplayName("6 Says no clearly: steps, canvases and tokenizers that it cannot serve")
  void refusesWhatItCannotServe() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(PYRAMID, tokens, 1);
          try (BackboneContext context = open(canvas, tokenizer())) {
            Step two = Step.settle(0, Slots.range(0, 2));
            assertThatThrownBy(() -> context.forward(two, canvas, scope().manager()))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("slots of one scale");
            assertThatThrownBy(() -> states(context, 1, canvas))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("slot 0 unknown");
          }
          assertThatThrownBy(() -> open(canvas, null))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("tokenizer");
          Canvas other = Canvas.blank(new Grid(2, 2), tokens, 1);
          assertThatThrownBy(() -> open(other, tokenizer()))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("layout");
          Frame grid = Frame.of(ConditionSpace.NONE).with(new Grid(2, 2), tokens);
          assertThatThrownBy(() -> factory().blueprint(configuration(), grid))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("pyramid");
        });
  }
}
