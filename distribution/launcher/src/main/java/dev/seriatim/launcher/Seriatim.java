package dev.seriatim.launcher;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.Models;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.generation.PartLender;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.training.Evaluator;
import dev.seriatim.api.training.Trainer;
import dev.seriatim.api.verification.Importer;
import dev.seriatim.api.verification.Verifier;
import dev.seriatim.launcher.internal.FrameworkHost;
import java.util.List;

/**
 * A running system: a framework with its bundles, models and engine, inside this JVM.
 *
 * <pre>{@code
 * try (Seriatim seriatim =
 *     Seriatim.builder().bundles(Path.of("bundles")).models(Path.of("models")).start()) {
 *   Generator digits = seriatim.generator("digits-ar");
 *   GenerationResult sevens =
 *       digits.generate(GenerationRequest.of(digits.model().conditions().label("7"), 16));
 * }
 * }</pre>
 *
 * <p>What it hands out stays usable while parts are replaced, until {@link #close}. Several may run
 * one after another in a JVM. It sets no URL handler, installs no console, keeps the caller's
 * context class loader and never ends the JVM. Any thread.
 */
public final class Seriatim implements AutoCloseable {
  private final FrameworkHost host;

  Seriatim(FrameworkHost host) {
    this.host = host;
  }

  /** A builder with nothing in it. */
  public static SeriatimBuilder builder() {
    return new SeriatimBuilder();
  }

  /** The models and parts. */
  public Models models() {
    return service(Models.class);
  }

  /**
   * The generator of a model.
   *
   * @throws dev.seriatim.api.model.ModelNotWiredException when the model lacks a part, with the
   *     reason
   * @throws dev.seriatim.api.SeriatimException when there is no model of that name; names those
   *     there are
   */
  public Generator generator(String model) {
    return models().generator(model);
  }

  /**
   * Lends the tokenizer of a model; it is used on the thread of the {@link #engine()}.
   *
   * @return the lease; to be closed
   * @throws dev.seriatim.api.SeriatimException when there is no such model, or its tokenizer is not
   *     there, with the reason
   */
  public PartLease<Tokenizer> tokenizer(String model) {
    return service(PartLender.class).lend(model, ProvidesPart.TOKENIZER, Tokenizer.class);
  }

  /** What trains models. */
  public Trainer trainer() {
    return service(Trainer.class);
  }

  /** What measures models. */
  public Evaluator evaluator() {
    return service(Evaluator.class);
  }

  /** What turns published checkpoints into models. */
  public Importer importer() {
    return service(Importer.class);
  }

  /** What runs recorded cases of published systems. */
  public Verifier verifier() {
    return service(Verifier.class);
  }

  /** The engine, for those who work on tensors themselves. */
  public Engine engine() {
    return service(Engine.class);
  }

  /**
   * A service of the running system; waits for it as long as {@link SeriatimBuilder#timeout} says.
   *
   * @param type one of the API's interfaces, or any other that a bundle shares with the host
   * @throws dev.seriatim.api.SeriatimException when none appears: which bundle or component is in
   *     the way, in one sentence
   * @throws IllegalStateException when this system is closed
   */
  public <T> T service(Class<T> type) {
    return host.service(type);
  }

  /** What did not start and is no reason not to run, such as a plugin without its needs. */
  public List<String> problems() {
    return host.problems();
  }

  /**
   * The framework's own objects, for those who know OSGi.
   *
   * @param type {@code org.osgi.framework.BundleContext} (the system bundle's) or {@code
   *     org.osgi.framework.launch.Framework}
   * @throws IllegalArgumentException when it is another
   */
  public <T> T unwrap(Class<T> type) {
    return host.unwrap(type);
  }

  /**
   * Ends requests in progress, stops the framework and frees what it held. Closing twice does
   * nothing.
   */
  @Override
  public void close() {
    host.close();
  }
}
