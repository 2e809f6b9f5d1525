package dev.seriatim.api.part;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes parts of one kind and id. This is the service that a part bundle publishes: a stateless
 * Declarative Services component annotated with {@link ProvidesPart}.
 *
 * @param <P> the kind: {@link Tokenizer}, {@link Backbone}, {@link Head}, {@link Scheduler} or
 *     {@link Guide}
 * @param <C> the configuration, a record of {@code int}, {@code long}, {@code double}, {@code
 *     boolean}, {@code String}, {@code List} of these, or nested records; annotate its components
 *     with {@link ConfigKey}
 */
@ConsumerType
public interface PartFactory<P extends Part, C extends Record> {
  /** The configuration's type. The runtime fills it from the model descriptor by key. */
  Class<C> configuration();

  /**
   * Lays out a part from its configuration, without weights and without an engine.
   *
   * @param configuration complete and type-checked; its constructor may check ranges
   * @param frame what the parts before this one have fixed
   * @throws PartException when the configuration does not fit the frame: key, expected, found
   */
  Blueprint<P> blueprint(C configuration, Frame frame);
}
