package dev.seriatim.api.part;

import dev.seriatim.api.model.Condition;
import java.util.function.UnaryOperator;

/**
 * One pass of the backbone over the same canvas under another condition. Two streams are the same
 * when their names are.
 */
public final class Stream {
  /** As requested. */
  public static final Stream CONDITIONAL = new Stream("conditional", UnaryOperator.identity());

  /** With the condition dropped, for classifier-free guidance. */
  public static final Stream UNCONDITIONAL =
      new Stream("unconditional", condition -> Condition.NONE);

  private final String name;
  private final UnaryOperator<Condition> bend;

  /**
   * @param name tells streams apart
   * @param bend from the requested condition to this stream's
   */
  public Stream(String name, UnaryOperator<Condition> bend) {
    this.name = name;
    this.bend = bend;
  }

  /** The condition that this stream runs under. */
  public Condition bend(Condition requested) {
    return bend.apply(requested);
  }

  /** Tells streams apart. */
  public String name() {
    return name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Stream s && name.equals(s.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
