package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.training.DataSet;
import dev.seriatim.api.training.DataSets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Reads data sets from files. */
@Component
public final class FileDataSets implements DataSets {
  @Override
  public DataSet open(Path folder, Map<String, ?> options) {
    Settings settings = new Settings("data", "", options);
    if (settings.text("format", "").equals(SYNTHETIC_SERIES)) {
      return SyntheticSeries.open(settings);
    }
    if (!Files.exists(folder)) {
      throw new SeriatimException(folder + ": expected a data set, found none");
    }
    String format = settings.text("format", detected(folder));
    if (!List.of(TEXT, SERIES).contains(format) && !Files.isDirectory(folder)) {
      throw new SeriatimException(folder + ": expected a folder with a data set, found a file");
    }
    return switch (format) {
      case IDX -> IdxDataSet.open(folder, settings);
      case IMAGES -> ImageFolderDataSet.open(folder, settings);
      case TEXT -> TextFiles.open(folder, settings);
      case SERIES -> SeriesFiles.open(folder, settings);
      default ->
          throw settings.refuse(
              "format",
              "one of " + String.join(", ", IDX, IMAGES, TEXT, SERIES, SYNTHETIC_SERIES),
              format);
    };
  }

  private static String detected(Path folder) {
    if (TextFiles.isIn(folder)) {
      return TEXT;
    }
    return IdxDataSet.isIn(folder) ? IDX : IMAGES;
  }
}
