package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.training.DataSet;
import dev.seriatim.api.training.DataSets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Reads data sets from folders. */
@Component
public final class FileDataSets implements DataSets {
  @Override
  public DataSet open(Path folder, Map<String, ?> options) {
    if (!Files.isDirectory(folder)) {
      throw new SeriatimException(folder + ": expected a folder with a data set, found none");
    }
    Settings settings = new Settings("data", "", options);
    String detected = IdxDataSet.isIn(folder) ? IDX : IMAGES;
    String format = settings.text("format", detected);
    return switch (format) {
      case IDX -> IdxDataSet.open(folder, settings);
      case IMAGES -> ImageFolderDataSet.open(folder, settings);
      default -> throw settings.refuse("format", IDX + " or " + IMAGES, format);
    };
  }
}
