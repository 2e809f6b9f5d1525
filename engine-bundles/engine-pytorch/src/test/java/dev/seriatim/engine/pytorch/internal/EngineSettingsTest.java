package dev.seriatim.engine.pytorch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.seriatim.api.engine.Precision;
import java.lang.annotation.Annotation;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineSettingsTest {
  private static EngineSettings settings(String device, String precision, int threads) {
    return settings(device, precision, threads, Map.of());
  }

  private static EngineSettings settings(
      String device, String precision, int threads, Map<String, String> properties) {
    return EngineSettings.of(
        new EngineConfiguration() {
          @Override
          public String device() {
            return device;
          }

          @Override
          public String precision() {
            return precision;
          }

          @Override
          public int threads() {
            return threads;
          }

          @Override
          public boolean packing() {
            return true;
          }

          @Override
          public Class<? extends Annotation> annotationType() {
            return EngineConfiguration.class;
          }
        },
        properties::get);
  }

  @Test
  void readsTheConfiguration() {
    assertThat(settings("cpu", "bf16", 2))
        .isEqualTo(new EngineSettings(Device.cpu(), Precision.BF16, 2, true));
    assertThat(settings("gpu1", "fp32", 0).deviceName()).isEqualTo("gpu1");
  }

  @Test
  void whatTheHostSaysComesFirst() {
    assertThat(
            settings(
                "cpu",
                "bf16",
                0,
                Map.of("seriatim.engine.precision", "fp32", "seriatim.engine.threads", "3")))
        .isEqualTo(new EngineSettings(Device.cpu(), Precision.FP32, 3, true));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> settings("tpu", "fp32", 0))
        .hasMessage("engine: device: expected cpu or gpu0, gpu1, …, found tpu");
    assertThatThrownBy(() -> settings("cpu", "fp8", 0))
        .hasMessage("engine: precision: expected fp32, fp16 or bf16, found FP8");
    assertThatThrownBy(() -> settings("cpu", "fp32", -1))
        .hasMessage("engine: threads: expected 0 to 9999, found -1");
  }
}
