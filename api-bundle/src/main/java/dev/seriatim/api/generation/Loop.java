package dev.seriatim.api.generation;

import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Tokenizer;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The one generation loop, over parts that are already built; a service of the runtime, for those
 * who train or test parts. Everybody else uses a {@link Generator}. Engine thread.
 */
@ProviderType
public interface Loop {
  /**
   * Begins a run.
   *
   * @param parts to run
   * @param request conditions, seed, first sample, mode and start count; its choices of scheduler
   *     and guides do not, the parts are already chosen
   * @param scope the run's arrays live in a child of it
   * @throws dev.seriatim.api.part.PartException when a part refuses the request
   */
  LoopRun open(Parts parts, GenerationRequest request, Scope scope);

  /**
   * Begins a run on random numbers of the caller's, for example recorded ones; the request's seed
   * plays no role.
   *
   * @param random for as many samples as the request has
   */
  LoopRun open(Parts parts, GenerationRequest request, RandomStreams random, Scope scope);

  /**
   * Parts that have been built.
   *
   * @param guides a chain, ordered by {@link Guide#stage()} by the loop
   * @param draft for schedulers that verify what a smaller model proposes; null for none
   */
  record Parts(
      Tokenizer tokenizer,
      Backbone backbone,
      Head head,
      Scheduler scheduler,
      List<Guide> guides,
      Draft draft) {
    /** Copies the list. */
    public Parts {
      guides = List.copyOf(guides);
    }

    /** Parts of a model without a draft. */
    public Parts(
        Tokenizer tokenizer,
        Backbone backbone,
        Head head,
        Scheduler scheduler,
        List<Guide> guides) {
      this(tokenizer, backbone, head, scheduler, guides, null);
    }
  }

  /** The parts of a model's draft; it shares the tokenizer. */
  record Draft(Backbone backbone, Head head) {}
}
