package dev.seriatim.checkpoints.torch.internal;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * What {@code torch.save} writes, for import: reading only.
 *
 * <p>A file holds one value, commonly dicts of tensors in a dict. Its tensors get dotted names, in
 * which wrappers such as {@code model}, {@code model_ema} and {@code state_dict} stay, as in {@code
 * model.layers.0.weight}. What is not a tensor is in the metadata under its dotted name: texts as
 * they are; numbers, booleans, {@code null} and lists as JSON. An object such as {@code
 * argparse.Namespace} has the name of its class under its own name, and its fields below.
 *
 * <p>The pickle in such a file is a program. It is read as data: nothing is called, no class is
 * looked up, and whatever is not a tensor or plain data is refused by name.
 */
@Component(property = CheckpointFormat.FORMAT + "=" + TorchFormat.NAME)
public final class TorchFormat implements CheckpointFormat {
  static final String NAME = "torch";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Checkpoint open(Path file) {
    return TorchCheckpoint.open(file);
  }

  /**
   * Refuses.
   *
   * @throws CheckpointException always
   */
  @Override
  public void write(Path file, Map<String, String> metadata, List<TensorData> tensors) {
    throw new CheckpointException(
        file + ": format: expected one that can be written, such as safetensors, found " + NAME);
  }
}
