package dev.seriatim.checkpoints.torch.internal;

import dev.seriatim.checkpoints.torch.internal.Value.Items;
import dev.seriatim.checkpoints.torch.internal.Value.NumpyType;
import dev.seriatim.checkpoints.torch.internal.Value.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;

/** Numbers that training scripts left as NumPy's. NumPy's arrays are refused. */
record NumpyScalars(Faults faults, String key) {
  /** The state of a type says, second, in which order its bytes are. */
  void checkState(Value state) {
    if (!(state instanceof Items items)
        || items.values().size() < 2
        || !(items.values().get(1) instanceof Text order)
        || !Set.of("<", "|", "=").contains(order.value())) {
      throw faults.refuse(key, "a little-endian numpy.dtype", "another");
    }
  }

  /** A number from its type and its bytes. */
  Value scalar(List<Value> arguments) {
    if (arguments.size() != 2
        || !(arguments.get(0) instanceof NumpyType type)
        || !(arguments.get(1) instanceof Value.Bytes bytes)) {
      throw faults.refuse(key, "a NumPy scalar with type and bytes", "others");
    }
    String code = type.code();
    if (!code.matches("f[48]|i[1248]|u[124]|b1") || bytes.value().length != code.charAt(1) - '0') {
      throw faults.refuse(
          key,
          "a NumPy scalar of f4, f8, i1 to i8, u1 to u4 or b1",
          Faults.quote(code) + " in " + bytes.inWords());
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes.value()).order(ByteOrder.LITTLE_ENDIAN);
    return switch (code) {
      case "f4" -> new Value.Real(buffer.getFloat());
      case "f8" -> new Value.Real(buffer.getDouble());
      case "i1" -> new Value.Whole(buffer.get());
      case "i2" -> new Value.Whole(buffer.getShort());
      case "i4" -> new Value.Whole(buffer.getInt());
      case "u1" -> new Value.Whole(buffer.get() & 0xff);
      case "u2" -> new Value.Whole(buffer.getShort() & 0xffff);
      case "u4" -> new Value.Whole(buffer.getInt() & 0xffffffffL);
      case "b1" -> new Value.Truth(buffer.get() != 0);
      default -> new Value.Whole(buffer.getLong());
    };
  }
}
