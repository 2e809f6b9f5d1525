package dev.seriatim.api.part;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.model.Condition;
import java.util.List;

/**
 * What a backbone needs to open a context. The network runs on streams × samples rows,
 * stream-major: row {@code stream · samples + sample}.
 *
 * @param canvas that will be filled; may already be partly settled
 * @param streams conditional first, then those that guides ask for
 * @param conditions one per sample, as requested; a stream bends them by {@link Stream#bend}
 * @param tokenizer of the model, for backbones that are fed features
 * @param scope owns the cache; closed after the context
 */
public record ContextRequest(
    Canvas canvas,
    List<Stream> streams,
    List<Condition> conditions,
    Tokenizer tokenizer,
    NDManager scope) {
  /** Copies the lists. */
  public ContextRequest {
    streams = List.copyOf(streams);
    conditions = List.copyOf(conditions);
  }

  /** The condition of each row, stream-major. */
  public List<Condition> rows() {
    return streams.stream().flatMap(stream -> conditions.stream().map(stream::bend)).toList();
  }
}
