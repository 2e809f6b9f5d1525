package dev.seriatim.api.part;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Attribute;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Says on a part's factory class which part it provides. This one line is all that the build needs:
 *
 * <pre>{@code
 * @Component
 * @ProvidesPart(kind = ProvidesPart.HEAD, id = "categorical", version = "1.0.0", tokens = "discrete")
 * public final class CategoricalHeadFactory implements HeadFactory { … }
 * }</pre>
 *
 * <p>It comes out in two places, which therefore cannot disagree:
 *
 * <ul>
 *   <li>in the bundle's manifest, as a capability that the OSGi resolver matches before any class
 *       is loaded or any weight is read:
 *       <pre>
 * Provide-Capability: seriatim.part;kind=head;id=categorical;version:Version="1.0.0";tokens=…</pre>
 *   <li>in the component description, as the service properties {@code seriatim.part.kind}, {@code
 *       seriatim.part.id}, {@code seriatim.part.version}, {@code seriatim.part.tokens} and {@code
 *       seriatim.part.orders}, by which the runtime finds the factory.
 * </ul>
 *
 * <p>An element that is left out is left out there too.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@ComponentPropertyType
@Capability(namespace = ProvidesPart.NAMESPACE, version = "${#version}")
public @interface ProvidesPart {

  /** The namespace of the capability, and the prefix of the service properties. */
  String NAMESPACE = "seriatim.part";

  /** Prefix of the service properties' names; read by the Declarative Services tooling. */
  String PREFIX_ = NAMESPACE + ".";

  /** The {@link #kind()} of a part that turns media into tokens and back. */
  String TOKENIZER = "tokenizer";

  /** The {@link #kind()} of a part that gives hidden states for the slots of a step. */
  String BACKBONE = "backbone";

  /** The {@link #kind()} of a part that turns hidden states into a distribution over tokens. */
  String HEAD = "head";

  /** The {@link #kind()} of a part that plans which slots are decoded when. */
  String SCHEDULER = "scheduler";

  /** The {@link #kind()} of a part that bends a distribution before it is drawn from. */
  String GUIDE = "guide";

  /**
   * The {@link #kind()} of a part that reads a published system's checkpoint and states its wiring.
   */
  String FAMILY = "family";

  /** The {@link #kind()} of a part that judges media, see {@link Classifier}. */
  String CLASSIFIER = "classifier";

  /** A value of {@link #tokens()}: a slot holds ids from a vocabulary. */
  String DISCRETE = "discrete";

  /** A value of {@link #tokens()}: a slot holds a vector. */
  String CONTINUOUS = "continuous";

  /**
   * Returns which contract the part keeps: {@value #TOKENIZER}, {@value #BACKBONE}, {@value #HEAD},
   * {@value #SCHEDULER}, {@value #GUIDE}, {@value #FAMILY} or {@value #CLASSIFIER}. Service
   * property {@code seriatim.part.kind}.
   *
   * @return the kind of the part
   */
  @Attribute
  String kind();

  /**
   * Returns the name by which models ask for the part, unique among the parts of its kind: short
   * words in lower case, joined by dots or hyphens, such as {@code vq.grid} or {@code next-scale}.
   * Service property {@code seriatim.part.id}.
   *
   * @return the id of the part
   */
  @Attribute
  String id();

  /**
   * Returns the version of the part, as an OSGi version such as {@code 1.2.0}. Models ask for a
   * range of it. It counts what the part does (its configuration, the names and meaning of its
   * weights, what it generates) and so may differ from the version of the bundle. Service property
   * {@code seriatim.part.version}.
   *
   * @return the version of the part
   */
  String version();

  /**
   * Returns the kinds of token that the part can work with: {@value #DISCRETE}, {@value
   * #CONTINUOUS}, or both. Left out by parts that do not care. Service property {@code
   * seriatim.part.tokens}.
   *
   * @return the kinds of token
   */
  @Attribute
  String[] tokens() default {};

  /**
   * Returns the decoding orders that the part supports, such as {@code raster} or {@code
   * next-scale}. Left out by parts that do not care. Service property {@code seriatim.part.orders}.
   *
   * @return the decoding orders
   */
  @Attribute
  String[] orders() default {};
}
