package dev.seriatim.api.media;

import java.util.List;

/**
 * Texts, one per sample.
 *
 * @param texts at least none; well-formed UTF-16
 */
public record Texts(List<String> texts) implements Media {
  /** Copies the list. */
  public Texts {
    texts = List.copyOf(texts);
  }

  @Override
  public int samples() {
    return texts.size();
  }
}
