package dev.seriatim.guides.text.internal;

import dev.seriatim.api.part.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;

/** Ends a text once it holds one of some strings; compares bytes, so that ids may cut anywhere. */
final class StopMachine implements PrefixMachine<StopMachine.Tail> {
  /**
   * The end of what was read.
   *
   * @param bytes the last ones, one for each char, as many as a stop string could begin with
   * @param stopped whether a stop string was there
   */
  record Tail(String bytes, boolean stopped) {}

  private final TextTokenizer tokenizer;
  private final List<String> stops;
  private final int longest;
  private final BitSet ends = new BitSet();

  StopMachine(TextTokenizer tokenizer, List<String> stops) {
    this.tokenizer = tokenizer;
    this.stops = stops.stream().map(stop -> bytes(stop.getBytes(StandardCharsets.UTF_8))).toList();
    this.longest = this.stops.stream().mapToInt(String::length).max().orElse(0);
    tokenizer.ends().forEach(end -> ends.set(Math.toIntExact(end)));
  }

  private static String bytes(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public Tail start() {
    return new Tail("", false);
  }

  @Override
  public Tail next(Tail state, long id) {
    String read = state.bytes + bytes(tokenizer.bytes(id));
    boolean stopped = state.stopped || stops.stream().anyMatch(read::contains);
    return new Tail(read.substring(Math.max(0, read.length() - longest + 1)), stopped);
  }

  @Override
  public BitSet allowed(Tail state) {
    return state.stopped ? ends : null;
  }
}
