package dev.seriatim.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextWindowsTest {
  @ParameterizedTest
  @CsvSource({"1,1", "1,4", "4,4", "5,4", "6,4", "7,4", "100,7", "100,8", "3,100"})
  void everyTokenCountsOnce(int tokens, int size) {
    TextWindows sliding = TextWindows.sliding(tokens, size);
    TextWindows beside = TextWindows.sideBySide(tokens, size);
    for (TextWindows windows : new TextWindows[] {sliding, beside}) {
      int[] counted =
          IntStream.range(0, windows.count())
              .flatMap(i -> IntStream.range(windows.counted().get(i), windows.end().get(i)))
              .toArray();
      assertThat(counted).containsExactly(IntStream.range(0, tokens).toArray());
    }
    for (int i = 0; i < sliding.count(); i++) {
      assertThat(sliding.size(i)).isEqualTo(Math.min(tokens, size));
      int context = sliding.counted().get(i) - sliding.first().get(i);
      assertThat(context).isGreaterThanOrEqualTo(i == 0 ? 0 : size / 2);
    }
  }
}
