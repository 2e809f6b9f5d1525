package dev.seriatim.api.part;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a component of a part's configuration record. The key is the component's name in
 * kebab-case: {@code topK} is {@code top-k}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface ConfigKey {
  /** What it means, one phrase, with unit and range. */
  String value();

  /** The default as JSON; empty when the key is required. */
  String defaultValue() default "";
}
