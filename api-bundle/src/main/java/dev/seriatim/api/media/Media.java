package dev.seriatim.api.media;

/**
 * What goes into a tokenizer and comes out of one: plain host data, a batch of samples. New kinds
 * may be added by implementing this interface.
 */
public interface Media {
  /** Samples in the batch. */
  int samples();
}
