package dev.seriatim.checkpoints.internal;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.osgi.service.component.annotations.Component;

/**
 * The safetensors format.
 *
 * <p>A file is, in this order:
 *
 * <ol>
 *   <li>8 bytes: length of the header, an unsigned little-endian integer, at most {@value
 *       SafetensorsHeader#MAX_LENGTH};
 *   <li>the header, a JSON object in UTF-8 that begins with <code>{</code> and may end in spaces:
 *       for each tensor {@code "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}},
 *       and optionally {@code "__metadata__"}, an object of texts;
 *   <li>the data. Offsets count from its first byte; the tensors cover it without gap or overlap.
 * </ol>
 *
 * <p>All of this is checked when a file is opened, before anything of the size that the header
 * claims is allocated or mapped.
 *
 * <p>A checkpoint in several such files is opened by its index, {@code
 * model.safetensors.index.json}.
 */
@Component(
    property = {
      CheckpointFormat.FORMAT + "=" + SafetensorsFormat.NAME,
      // Whoever asks for some format gets this one.
      "service.ranking:Integer=1"
    })
public final class SafetensorsFormat implements CheckpointFormat {
  static final String NAME = "safetensors";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Checkpoint open(Path file) {
    return file.toString().endsWith(ShardIndex.SUFFIX)
        ? ShardedCheckpoint.open(file)
        : SafetensorsCheckpoint.open(file);
  }

  @Override
  public void write(Path file, Map<String, String> metadata, List<TensorData> tensors) {
    SafetensorsWriter.write(file, metadata, tensors);
  }

  @Override
  public void write(
      Path file,
      Map<String, String> metadata,
      List<TensorInfo> tensors,
      Function<TensorInfo, ByteBuffer> bytes) {
    SafetensorsWriter.write(file, metadata, tensors, bytes);
  }
}
