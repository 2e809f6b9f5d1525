package dev.seriatim.engine.pytorch.internal;

import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Initializer.Constant;
import dev.seriatim.api.weights.Initializer.Normal;
import dev.seriatim.api.weights.Initializer.Uniform;
import dev.seriatim.api.weights.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * First values of weights: a function of seed, name and position in the tensor alone, so that a
 * parameter more or less changes no other.
 */
final class WeightInitializer {
  private static final int BLOCK = 4;
  private static final long KEY = 0x696E6974_00000000L;

  private final Philox philox;

  WeightInitializer(long seed) {
    philox = new Philox(seed ^ KEY);
  }

  float[] values(Parameter parameter) {
    float[] values = new float[Math.toIntExact(parameter.shape().size())];
    Initializer initializer = parameter.initializer();
    if (initializer instanceof Constant constant) {
      Arrays.fill(values, constant.value());
    } else if (initializer instanceof Normal normal) {
      normal(values, parameter.name(), normal.deviation());
    } else if (initializer instanceof Uniform uniform) {
      uniform(values, parameter.name(), uniform.bound());
    }
    return values;
  }

  private void normal(float[] values, String name, float deviation) {
    int stream = stream(name);
    float[] four = new float[BLOCK];
    for (int at = 0; at < values.length; at += BLOCK) {
      int[] words = philox.block(at / BLOCK, 0, 0, stream);
      Philox.normals(words[0], words[1], four, 0);
      Philox.normals(words[2], words[3], four, 2);
      for (int i = at; i < Math.min(at + BLOCK, values.length); i++) {
        values[i] = deviation * four[i - at];
      }
    }
  }

  private void uniform(float[] values, String name, float bound) {
    int stream = stream(name);
    for (int at = 0; at < values.length; at += BLOCK) {
      int[] words = philox.block(at / BLOCK, 0, 0, stream);
      for (int i = at; i < Math.min(at + BLOCK, values.length); i++) {
        values[i] = bound * (2 * Philox.uniform(words[i - at]) - 1);
      }
    }
  }

  private static int stream(String name) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }
}
