package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.launcher.Seriatim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A thousand generations leave memory as it was. */
class EnduranceIT {
  private static final int HALF = 500;
  private static final double GROWTH = 1.02;

  @Test
  @EnabledOnOs(OS.LINUX) // says how much memory a process has
  void aThousandGenerationsLeaveMemoryAsItWas() throws Exception {
    try (Seriatim seriatim = Systems.all()) {
      Generator generator = seriatim.generator(Systems.DIGITS);
      generator.generate(Systems.request(generator, 1, 0));
      MemoryUse before = Systems.memory(seriatim);

      draw(generator, HALF);
      long firstHalf = residentBytes();
      draw(generator, HALF);
      long secondHalf = residentBytes();

      assertThat(Systems.memory(seriatim)).as("live arrays and bytes").isEqualTo(before);
      assertThat(seriatim.engine().memoryByScope()).containsOnlyKeys("weights");
      assertThat((double) secondHalf)
          .as("resident bytes after the last %d, after the first %d: %d", HALF, HALF, firstHalf)
          .isLessThanOrEqualTo(GROWTH * firstHalf);
    }
  }

  private static void draw(Generator generator, int times) {
    for (int i = 0; i < times; i++) {
      generator.generate(Systems.request(generator, 1, i));
    }
  }

  private static long residentBytes() throws IOException {
    System.gc();
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(each -> each.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
  }
}
