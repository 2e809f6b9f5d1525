package dev.seriatim.engine.pytorch.internal;

import ai.djl.Device;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Precision;
import java.util.Arrays;
import java.util.Locale;

/**
 * What an engine is started with.
 *
 * @param device that runs everything
 * @param precision of weights and arithmetic
 * @param threads for operations on the CPU, or 0 for libtorch's own choice
 */
record EngineSettings(Device device, Precision precision, int threads) {

  static EngineSettings of(EngineConfiguration configuration) {
    String precision = configuration.precision().toUpperCase(Locale.ROOT);
    if (Arrays.stream(Precision.values()).noneMatch(p -> p.name().equals(precision))) {
      throw new SeriatimException(
          "engine: precision: expected fp32, fp16 or bf16, found " + configuration.precision());
    }
    if (configuration.threads() < 0) {
      throw new SeriatimException(
          "engine: threads: expected 0 or more, found " + configuration.threads());
    }
    return new EngineSettings(
        device(configuration.device()), Precision.valueOf(precision), configuration.threads());
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
