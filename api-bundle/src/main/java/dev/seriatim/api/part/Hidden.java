package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;

/**
 * Hidden states of a step.
 *
 * @param streams in the order of the rows
 * @param states float32 [stream · sample, slot of the step, width], stream-major
 */
public record Hidden(List<Stream> streams, NDArray states) {
  /** Copies the list. */
  public Hidden {
    streams = List.copyOf(streams);
  }

  /**
   * The states of one stream, [sample, slot, width]: a view.
   *
   * @throws IllegalArgumentException when there is no such stream
   */
  public NDArray of(Stream stream) {
    int index = streams.indexOf(stream);
    if (index < 0) {
      throw new IllegalArgumentException(
          "stream: expected one of " + streams + ", found " + stream);
    }
    if (streams.size() == 1) {
      return states;
    }
    long samples = states.getShape().get(0) / streams.size();
    return states.get(new NDIndex("{}:{}", index * samples, (index + 1) * samples));
  }
}
