package dev.seriatim.backbone.llama.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Makes {@link Llama}s.
 *
 * <p>Weights, with <i>w</i> the width, <i>d</i> the head width, <i>h</i> heads, <i>k</i> heads of
 * keys and <i>f</i> the feed-forward width; {@code i} numbers the blocks: {@code token}
 * [vocabulary, w], {@code attn_norm.i} and {@code mlp_norm.i} [w], {@code qkv.i} [(h + 2k) · d, w]
 * with the rows of q, k and v, {@code proj.i} [w, h · d], {@code gate.i} and {@code up.i} [f, w],
 * {@code down.i} [w, f], {@code norm_w} [w]; where configured {@code qkv_b.i} [(h + 2k) · d],
 * {@code proj_b.i} [w], {@code q_norm.i} and {@code k_norm.i} [d].
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = LlamaFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = {"raster", "masked", "permuted", "speculative"})
public final class LlamaFactory implements PartFactory<Backbone, LlamaFactory.Configuration> {
  static final String ID = "llama";

  private static final String CAUSAL = "causal";
  private static final String BLOCK = "block";
  private static final String FULL = "full";
  private static final String SETTLED_FIRST = "settled-first";
  private static final String NEXT = "next";
  private static final String OWN = "own";

  /**
   * Size and form of the network.
   *
   * @param layers blocks of the network
   * @param heads of queries
   * @param keyHeads of keys and values
   * @param headWidth numbers per head
   * @param width of the hidden states
   * @param mlpWidth of the gated feed-forward layers
   * @param normEps added to mean squares
   * @param qkvBias whether queries, keys and values have biases
   * @param projBias whether the layer after attention has one
   * @param headNorms whether queries and keys of a head are normed
   * @param attention which slots a slot sees
   * @param block slots of a block
   * @param predicts which slot the state at a slot predicts
   * @param mask id that unknown slots show as
   * @param rotary positions
   */
  public record Configuration(
      @ConfigKey("number of blocks, at least 1") int layers,
      @ConfigKey("attention heads, at least 1") int heads,
      @ConfigKey(
              value = "heads of keys and values, a divisor of heads; 0 for as many as heads",
              defaultValue = "0")
          int keyHeads,
      @ConfigKey(value = "width of a head, even; 0 for width / heads", defaultValue = "0")
          int headWidth,
      @ConfigKey("width of the hidden states, at least 1") int width,
      @ConfigKey("width of the gated feed-forward layer, at least 1") int mlpWidth,
      @ConfigKey(value = "added to mean squares in norms, above 0", defaultValue = "1e-5")
          double normEps,
      @ConfigKey(value = "whether queries, keys and values have biases", defaultValue = "false")
          boolean qkvBias,
      @ConfigKey(value = "whether the layer after attention has a bias", defaultValue = "false")
          boolean projBias,
      @ConfigKey(
              value = "whether queries and keys of a head are normed, as Qwen3 does",
              defaultValue = "false")
          boolean headNorms,
      @ConfigKey(
              value =
                  "which slots a slot sees: causal (those before it), block (its own block and those"
                      + " before it), full (all) or settled-first (those that are settled, and those"
                      + " before it)",
              defaultValue = "\"" + CAUSAL + "\"")
          String attention,
      @ConfigKey(value = "slots of a block, at least 1; for attention block", defaultValue = "0")
          int block,
      @ConfigKey(
              value =
                  "which slot the state at a slot predicts: next (causal attention; full attention"
                      + " as Dream has it) or own; empty: next where attention is causal",
              defaultValue = "\"\"")
          String predicts,
      @ConfigKey(
              value = "id that unknown slots show as, where attention is not causal; -1 for none",
              defaultValue = "-1")
          int mask,
      @ConfigKey(value = "rotary positions", defaultValue = "{}") Rotary rotary) {

    int keys() {
      return keyHeads == 0 ? heads : keyHeads;
    }

    int perHead() {
      return headWidth == 0 ? width / heads : headWidth;
    }

    boolean causal() {
      return attention.equals(CAUSAL);
    }

    boolean predictsNext() {
      return predicts.isEmpty() ? causal() : predicts.equals(NEXT);
    }

    boolean settledFirst() {
      return attention.equals(SETTLED_FIRST);
    }

    /** The kernel's block: 1 when causal over any order, 0 when all slots are one. */
    int blockInputs() {
      return causal() || settledFirst() ? 1 : attention.equals(BLOCK) ? block : 0;
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(Configuration size, Frame frame) {
    checkSizes(size);
    checkForm(size, frame);
    size.rotary.check();
    int labels = frame.conditions().labels().size();
    require(labels == 0, ID, "conditions", "no labels", labels + " labels");
    return new LlamaBlueprint(size, frame.with(size.width));
  }

  private static void checkSizes(Configuration size) {
    require(size.layers >= 1, ID, "layers", "at least 1", size.layers);
    require(size.heads >= 1, ID, "heads", "at least 1", size.heads);
    boolean divides = size.keyHeads >= 0 && size.heads % size.keys() == 0;
    require(divides, ID, "key-heads", "a divisor of heads (" + size.heads + ")", size.keyHeads);
    require(size.width >= 1, ID, "width", "at least 1", size.width);
    boolean whole = size.headWidth != 0 || size.width % size.heads == 0;
    require(whole, ID, "width", "a multiple of heads (" + size.heads + ")", size.width);
    int perHead = size.perHead();
    require(perHead >= 2 && perHead % 2 == 0, ID, "head-width", "an even number", perHead);
    require(size.mlpWidth >= 1, ID, "mlp-width", "at least 1", size.mlpWidth);
    require(size.normEps > 0, ID, "norm-eps", "above 0", size.normEps);
  }

  private static void checkForm(Configuration size, Frame frame) {
    TokenSpace.Discrete tokens = frame.discrete(ID);
    require(tokens.codebooks() == 1, ID, "codebooks", "1", tokens.codebooks());
    require(frame.layout() instanceof Sequence, ID, "layout", "a sequence", frame.layout());
    List<String> attentions = List.of(CAUSAL, BLOCK, FULL, SETTLED_FIRST);
    boolean known = attentions.contains(size.attention);
    require(known, ID, "attention", "one of " + attentions, size.attention);
    boolean blocks = size.attention.equals(BLOCK) ? size.block >= 1 : size.block == 0;
    require(blocks, ID, "block", "at least 1 with attention block, else 0", size.block);
    boolean predicts =
        size.predicts.isEmpty()
            || size.predicts.equals(NEXT) && (size.causal() || size.attention.equals(FULL))
            || size.predicts.equals(OWN) && !size.causal();
    require(predicts, ID, "predicts", "what attention " + size.attention + " can", size.predicts);
    boolean masks =
        size.causal() ? size.mask == -1 : size.mask >= 0 && size.mask < tokens.vocabulary();
    require(
        masks,
        ID,
        "mask",
        size.causal()
            ? "-1 where attention is causal"
            : "an id from 0 to " + (tokens.vocabulary() - 1),
        size.mask);
  }
}
