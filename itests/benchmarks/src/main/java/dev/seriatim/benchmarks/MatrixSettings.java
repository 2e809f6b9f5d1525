package dev.seriatim.benchmarks;

import dev.seriatim.benchmarks.Matrix.Setting;
import java.util.List;

/** The ways of drawing that are measured. */
final class MatrixSettings {
  private MatrixSettings() {}

  static List<Setting> all() {
    return List.of(
        Setting.own("digits-ar", "raster, guidance 1.5"),
        Setting.own("digits-ar", "raster, no guidance").with("cfg", "scale", 1.0));
  }
}
