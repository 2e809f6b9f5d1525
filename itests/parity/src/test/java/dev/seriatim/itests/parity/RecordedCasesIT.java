package dev.seriatim.itests.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.verification.Verifier.Comparison;
import dev.seriatim.api.verification.Verifier.Report;
import dev.seriatim.launcher.Seriatim;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every published system gives what its official implementation gave. */
class RecordedCasesIT {
  private static Seriatim seriatim;

  @BeforeAll
  static void start() {
    seriatim = Cases.start();
    assertThat(seriatim.problems()).isEmpty();
  }

  @AfterAll
  static void stop() {
    seriatim.close();
  }

  static List<String> cases() {
    return Cases.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isReproduced(String name) {
    MemoryUse before = seriatim.engine().memory();
    Report report = seriatim.verifier().verify(Cases.folder(name), null);
    assertThat(report.failure()).isEmpty();
    assertThat(report.comparisons())
        .isNotEmpty()
        .allSatisfy(each -> assertThat(each).extracting(Comparison::passed).isEqualTo(true));
    assertThat(report.passed()).isTrue();
    assertThat(seriatim.engine().memory()).as("native memory after").isEqualTo(before);
  }
}
