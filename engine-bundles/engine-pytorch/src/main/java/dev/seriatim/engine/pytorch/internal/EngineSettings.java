package dev.seriatim.engine.pytorch.internal;

import ai.djl.Device;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Precision;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What an engine is started with.
 *
 * @param device that runs everything
 * @param precision of weights and arithmetic
 * @param threads for operations on the CPU, or 0 for libtorch's own choice
 * @param packing whether matrices are laid out for the processor
 */
record EngineSettings(Device device, Precision precision, int threads, boolean packing) {
  private static final String PREFIX = "seriatim.engine.";

  /**
   * Settings of a component.
   *
   * @param configuration of the component
   * @param properties of the framework, which come first; null for one that is not set
   */
  static EngineSettings of(EngineConfiguration configuration, UnaryOperator<String> properties) {
    String device = first(properties.apply(PREFIX + "device"), configuration.device());
    String precision =
        first(properties.apply(PREFIX + "precision"), configuration.precision())
            .toUpperCase(Locale.ROOT);
    if (Arrays.stream(Precision.values()).noneMatch(p -> p.name().equals(precision))) {
      throw new SeriatimException(
          "engine: precision: expected fp32, fp16 or bf16, found " + precision);
    }
    String threads = first(properties.apply(PREFIX + "threads"), "" + configuration.threads());
    if (!threads.matches("\\d{1,4}")) {
      throw new SeriatimException("engine: threads: expected 0 to 9999, found " + threads);
    }
    String packing = first(properties.apply(PREFIX + "packing"), "" + configuration.packing());
    if (!packing.matches("true|false")) {
      throw new SeriatimException("engine: packing: expected true or false, found " + packing);
    }
    return new EngineSettings(
        device(device),
        Precision.valueOf(precision),
        Integer.parseInt(threads),
        Boolean.parseBoolean(packing));
  }

  private static String first(String property, String configured) {
    return property == null || property.isBlank() ? configured : property;
  }

  private static Device device(String name) {
    if (!name.matches("cpu|gpu\\d*")) {
      throw new SeriatimException("engine: device: expected cpu or gpu0, gpu1, …, found " + name);
    }
    String index = name.substring(3);
    return name.equals("cpu")
        ? Device.cpu()
        : Device.gpu(index.isEmpty() ? 0 : Integer.parseInt(index));
  }

  /** The device as configured and shown. */
  String deviceName() {
    return device.isGpu() ? "gpu" + device.getDeviceId() : "cpu";
  }
}
