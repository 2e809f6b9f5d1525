package dev.seriatim.api.generation;

import java.util.concurrent.CompletableFuture;
import org.osgi.annotation.versioning.ProviderType;

/** A generation in progress. Any thread. */
@ProviderType
public interface Generation {
  /**
   * The result; completes exceptionally with {@link dev.seriatim.api.SeriatimException} when the
   * request is refused or fails, and with {@link java.util.concurrent.CancellationException} when
   * it was cancelled.
   */
  CompletableFuture<GenerationResult> result();

  /** Ends the generation within one step; what it held is freed. */
  void cancel();
}
