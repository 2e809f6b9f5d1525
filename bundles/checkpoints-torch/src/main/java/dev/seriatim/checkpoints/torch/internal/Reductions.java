package dev.seriatim.checkpoints.torch.internal;

import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.checkpoints.torch.internal.Value.ClassName;
import dev.seriatim.checkpoints.torch.internal.Value.Entries;
import dev.seriatim.checkpoints.torch.internal.Value.Items;
import dev.seriatim.checkpoints.torch.internal.Value.Named;
import dev.seriatim.checkpoints.torch.internal.Value.None;
import dev.seriatim.checkpoints.torch.internal.Value.Storage;
import dev.seriatim.checkpoints.torch.internal.Value.Tensor;
import dev.seriatim.checkpoints.torch.internal.Value.Text;
import dev.seriatim.checkpoints.torch.internal.Value.Truth;
import dev.seriatim.checkpoints.torch.internal.Value.Whole;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the names in a pickle stand for: a closed table. None of them is looked up in any class
 * loader, and an object of a class that is not in the table is at most a name with fields.
 */
final class Reductions {
  /** Most axes of a tensor; libtorch's own bound. */
  private static final int MOST_AXES = 64;

  /** Most values and letters that are copied from one value of a pickle to another. */
  private static final long MOST_COPIED = 16 << 20;

  /** Functions of Python that checkpoints name; all others of its style of name are refused. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "torch._tensor._rebuild_from_type_v2",
          "torch.device",
          "collections.defaultdict",
          "_codecs.encode",
          "builtins.set",
          "builtins.frozenset",
          "builtins.bytearray",
          "builtins.list",
          "builtins.tuple",
          "builtins.dict",
          "builtins.int",
          "builtins.long",
          "builtins.float",
          "builtins.str",
          "builtins.bool",
          "builtins.bytes",
          "numpy.dtype",
          "numpy.core.multiarray.scalar",
          "numpy._core.multiarray.scalar");

  private static final Map<String, ElementType> STORAGES =
      Map.ofEntries(
          Map.entry("DoubleStorage", ElementType.F64),
          Map.entry("FloatStorage", ElementType.F32),
          Map.entry("HalfStorage", ElementType.F16),
          Map.entry("BFloat16Storage", ElementType.BF16),
          Map.entry("LongStorage", ElementType.I64),
          Map.entry("IntStorage", ElementType.I32),
          Map.entry("ShortStorage", ElementType.I16),
          Map.entry("CharStorage", ElementType.I8),
          Map.entry("ByteStorage", ElementType.U8),
          Map.entry("BoolStorage", ElementType.BOOL),
          Map.entry("UntypedStorage", ElementType.U8));

  private static final Map<String, ElementType> TYPES =
      Map.ofEntries(
          Map.entry("torch.float64", ElementType.F64),
          Map.entry("torch.float32", ElementType.F32),
          Map.entry("torch.float16", ElementType.F16),
          Map.entry("torch.bfloat16", ElementType.BF16),
          Map.entry("torch.int64", ElementType.I64),
          Map.entry("torch.int32", ElementType.I32),
          Map.entry("torch.int16", ElementType.I16),
          Map.entry("torch.int8", ElementType.I8),
          Map.entry("torch.uint8", ElementType.U8),
          Map.entry("torch.bool", ElementType.BOOL));

  /** Types that a text may name, but no tensor here can have. */
  private static final Set<String> OTHER_TYPES =
      Set.of(
          "torch.complex32",
          "torch.complex64",
          "torch.complex128",
          "torch.uint16",
          "torch.uint32",
          "torch.uint64",
          "torch.float8_e4m3fn",
          "torch.float8_e4m3fnuz",
          "torch.float8_e5m2",
          "torch.float8_e5m2fnuz",
          "torch.qint8",
          "torch.quint8",
          "torch.qint32");

  private final Faults faults;
  private final String key;
  private final Map<String, Storage> storages = new LinkedHashMap<>();
  private long copied;

  /**
   * @param key what is read, for messages
   */
  Reductions(Faults faults, String key) {
    this.faults = faults;
    this.key = key;
  }

  /** All storages that were named, by key. */
  Map<String, Storage> storages() {
    return Collections.unmodifiableMap(storages);
  }

  /** What a name stands for: a type of tensors, or a class or function that may yet be refused. */
  Value named(String module, String name) {
    // Protocol 2 writes Python 2's name of the module.
    ClassName named = new ClassName(module.equals("__builtin__") ? "builtins" : module, name);
    String full = named.inWords();
    if (TYPES.containsKey(full) || OTHER_TYPES.contains(full)) {
      return new Text(full);
    }
    if (!FUNCTIONS.contains(full) && !isClass(named)) {
      throw faults.refuse(key, "only tensors and plain data", "the name " + Faults.quote(full));
    }
    return named;
  }

  /** As Python's style guide has it: the names of classes are in CapWords, of functions are not. */
  private static boolean isClass(ClassName named) {
    String last = named.name().substring(named.name().lastIndexOf('.') + 1);
    return !named.module().equals("builtins")
        && !last.isEmpty()
        && Character.isUpperCase(last.codePointAt(0));
  }

  /** What a call stands for. */
  Value called(Value function, List<Value> arguments) {
    if (!(function instanceof ClassName named)) {
      throw faults.refuse(key, "the name of a function", function.inWords());
    }
    String name = named.inWords();
    return switch (name) {
      case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" ->
          tensor(name, arguments);
      case "torch._utils._rebuild_tensor_v3" -> typedTensor(name, arguments);
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
          argument(name, arguments, 0, Tensor.class, "a tensor");
      case "torch._tensor._rebuild_from_type_v2" -> ofType(name, arguments);
      case "torch.Size", "builtins.list", "builtins.tuple" ->
          items(Items.Kind.TUPLE, name, arguments);
      case "builtins.set", "builtins.frozenset" -> items(Items.Kind.SET, name, arguments);
      case "torch.device" -> new Text(joined(name, arguments, ":"));
      case "pathlib.PosixPath", "pathlib.PurePosixPath" ->
          new Text(joined(name, arguments, "/").replaceFirst("^//", "/"));
      case "pathlib.WindowsPath", "pathlib.PureWindowsPath" ->
          new Text(joined(name, arguments, "\\"));
      case "collections.OrderedDict", "collections.Counter" -> dictionary(name, arguments);
      case "collections.defaultdict" ->
          dictionary(name, arguments.subList(Math.min(1, arguments.size()), arguments.size()));
      case "types.SimpleNamespace" -> created(named, arguments);
      case "_codecs.encode", "builtins.bytearray" -> bytes(name, arguments);
      case "numpy.dtype" ->
          new Value.NumpyType(argument(name, arguments, 0, Text.class, "a text").value());
      case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar" ->
          new NumpyScalars(faults, key).scalar(arguments);
      default -> throw faults.refuse(key, "only tensors and plain data", "a call of " + name);
    };
  }

  /** An object that was made without a call of its constructor, and so far has no fields. */
  Value created(Value type, List<Value> arguments) {
    if (!(type instanceof ClassName named)) {
      throw faults.refuse(key, "the name of a class", type.inWords());
    }
    if (!arguments.isEmpty() || !(isClass(named))) {
      throw faults.refuse(key, "only tensors and plain data", "a call of " + named.inWords());
    }
    return new Named(named, new LinkedHashMap<>(4));
  }

  /** Gives an object its fields. */
  void restored(Value object, Value state) {
    if (object instanceof Value.NumpyType) {
      new NumpyScalars(faults, key).checkState(state);
    } else if (object instanceof Named named && state instanceof Entries entries) {
      charge(entries.values().size());
      entries.values().forEach(named.fields()::putIfAbsent);
    } else if (!(object instanceof Entries && state instanceof Entries)) {
      // The attributes of an OrderedDict say how modules were nested: nothing that is asked for.
      throw faults.refuse(
          key, "plain objects with named fields", object.inWords() + " with " + state.inWords());
    }
  }

  /** Puts a value under a new key. */
  void put(Map<String, Value> target, Value name, Value value) {
    String text;
    if (name instanceof Text written) {
      text = written.value();
    } else if (name instanceof Whole || name instanceof Truth || name == None.NONE) {
      text = name.inWords();
    } else {
      throw faults.refuse(key, "texts and integers as keys of a dict", name.inWords());
    }
    if (target.put(text, value) != null) {
      throw faults.refuse(key, "each key once", Faults.quote(text) + " again");
    }
  }

  /**
   * Counts what is copied from values that may be remembered, of which one instruction can copy
   * many.
   */
  private void charge(long count) {
    copied += count;
    if (copied > MOST_COPIED) {
      throw faults.refuse(key, "at most " + MOST_COPIED + " values and letters copied", "more");
    }
  }

  /** What is stored apart from the pickle: the elements of a storage. */
  Value persistent(Value id) {
    if (!(id instanceof Items items)
        || items.kind() != Items.Kind.TUPLE
        || items.values().size() < 5
        || !items.values().get(0).equals(new Text("storage"))
        || !(items.values().get(1) instanceof ClassName type)
        || !(items.values().get(2) instanceof Text name)
        || !(items.values().get(4) instanceof Whole elements)) {
      throw faults.refuse(key, "a storage with type, key, device and size", id.inWords());
    }
    if (items.values().size() > 5
        && !(items.values().size() == 6 && items.values().get(5) == None.NONE)) {
      throw faults.refuse(key, "whole storages", "a view of one");
    }
    boolean torch = type.module().equals("torch") || type.module().equals("torch.storage");
    ElementType elementType = torch ? STORAGES.get(type.name()) : null;
    String which = key + ": storage " + Faults.quote(name.value());
    if (elementType == null) {
      throw faults.refuse(which, "one of " + sorted(STORAGES.keySet()), type.inWords());
    }
    if (elements.value() < 0 || elements.value() > Long.MAX_VALUE / elementType.bytes()) {
      throw faults.refuse(which, "a size from 0 to 2^63 bytes", elements.value() + " elements");
    }
    Storage storage = new Storage(name.value(), elementType, elements.value());
    Storage before = storages.putIfAbsent(name.value(), storage);
    if (before != null && !before.equals(storage)) {
      throw faults.refuse(
          which,
          before.elements() + " elements of " + before.type() + ", as before",
          storage.elements() + " of " + storage.type());
    }
    return before != null ? before : storage;
  }

  private static String sorted(Set<String> names) {
    return names.stream().sorted().collect(Collectors.joining(", "));
  }

  private <T extends Value> T argument(
      String function, List<Value> arguments, int index, Class<T> type, String inWords) {
    Value found = index < arguments.size() ? arguments.get(index) : null;
    if (!type.isInstance(found)) {
      throw badArgument(function, index, inWords, found);
    }
    return type.cast(found);
  }

  private CheckpointException badArgument(String function, int index, String inWords, Value found) {
    return faults.refuse(
        key + ": " + function + ", argument " + (index + 1),
        inWords,
        found == null ? "none" : found.inWords());
  }

  private Value tensor(String function, List<Value> arguments) {
    Storage storage = argument(function, arguments, 0, Storage.class, "a storage");
    if (arguments.size() > 6
        && arguments.get(6) != None.NONE
        && !(arguments.get(6) instanceof Entries metadata && metadata.values().isEmpty())) {
      // A tensor may be stored negated or conjugated, with a note here that says so.
      throw badArgument(function, 6, "a tensor whose elements are as stored", arguments.get(6));
    }
    return view(function, arguments, storage, storage.type());
  }

  private Value typedTensor(String function, List<Value> arguments) {
    Storage storage = argument(function, arguments, 0, Storage.class, "a storage");
    Text type = argument(function, arguments, 6, Text.class, "a dtype");
    ElementType elementType = TYPES.get(type.value());
    if (elementType == null) {
      throw badArgument(function, 6, "one of " + sorted(TYPES.keySet()), type);
    }
    if (arguments.size() > 7
        && arguments.get(7) != None.NONE
        && !(arguments.get(7) instanceof Entries metadata && metadata.values().isEmpty())) {
      throw badArgument(function, 7, "a tensor whose elements are as stored", arguments.get(7));
    }
    return view(function, arguments, storage, elementType);
  }

  private Value view(
      String function, List<Value> arguments, Storage storage, ElementType elementType) {
    long offset = argument(function, arguments, 1, Whole.class, "an offset").value();
    long[] shape = wholes(function, arguments, 2);
    long[] strides = wholes(function, arguments, 3);
    String which = key + ": a tensor in storage " + Faults.quote(storage.key());
    if (shape.length != strides.length) {
      throw faults.refuse(which, shape.length + " strides, as axes", strides.length);
    }
    long available = storage.elements() * storage.type().bytes() / elementType.bytes();
    if (offset < 0) {
      throw faults.refuse(which, "an offset of at least 0", offset);
    }
    try {
      long bytes = elementType.bytes();
      long last = offset;
      for (int axis = 0; axis < shape.length; axis++) {
        if (shape[axis] < 0 || strides[axis] < 0) {
          throw faults.refuse(
              which,
              "axes and strides of at least 0",
              shape[axis] + " with stride " + strides[axis]);
        }
        bytes = Math.multiplyExact(bytes, shape[axis]);
        last = Math.addExact(last, Math.multiplyExact(shape[axis] - 1, strides[axis]));
      }
      if (bytes > 0 && last >= available) {
        throw faults.refuse(
            which, "elements below " + available + ", where it ends", "element " + last);
      }
    } catch (ArithmeticException e) {
      throw faults.refuse(which, "less than 2^63 bytes", "more", e);
    }
    return new Tensor(storage, elementType, offset, shape, strides);
  }

  private long[] wholes(String function, List<Value> arguments, int index) {
    Items items = argument(function, arguments, index, Items.class, "a tuple of integers");
    if (items.values().size() > MOST_AXES) {
      throw badArgument(function, index, "at most " + MOST_AXES + " integers", items);
    }
    long[] wholes = new long[items.values().size()];
    for (int i = 0; i < wholes.length; i++) {
      if (!(items.values().get(i) instanceof Whole whole)) {
        throw badArgument(function, index, "a tuple of integers", items.values().get(i));
      }
      wholes[i] = whole.value();
    }
    return wholes;
  }

  /** A tensor with attributes of its own, which are left out; not one of a class of its own. */
  private Value ofType(String function, List<Value> arguments) {
    ClassName rebuild = argument(function, arguments, 0, ClassName.class, "a function");
    ClassName type = argument(function, arguments, 1, ClassName.class, "a class");
    if (!rebuild.inWords().startsWith("torch._utils._rebuild_")
        || !Set.of("torch.Tensor", "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer")
            .contains(type.inWords())) {
      throw faults.refuse(key, "plain tensors", "a " + type.inWords() + " of " + rebuild.inWords());
    }
    return called(rebuild, argument(function, arguments, 2, Items.class, "a tuple").values());
  }

  private Value items(Items.Kind kind, String function, List<Value> arguments) {
    if (arguments.isEmpty()) {
      return new Items(kind, List.of());
    }
    // Not a copy: such a call can be repeated many times for one list.
    List<Value> values = argument(function, arguments, 0, Items.class, "a list").values();
    return new Items(kind, Collections.unmodifiableList(values));
  }

  private String joined(String function, List<Value> arguments, String separator) {
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < arguments.size(); i++) {
      if (!(arguments.get(i) instanceof Text) && !(arguments.get(i) instanceof Whole)) {
        throw badArgument(function, i, "a text", arguments.get(i));
      }
      String part =
          arguments.get(i) instanceof Text text ? text.value() : arguments.get(i).inWords();
      if (joined.length() + part.length() > Flattener.LONGEST_NAME) {
        throw badArgument(
            function, i, "at most " + Flattener.LONGEST_NAME + " characters", arguments.get(i));
      }
      charge(part.length());
      joined.append(i == 0 ? "" : separator).append(part);
    }
    return joined.toString();
  }

  /** Empty, or a copy of a dictionary, or of pairs as Python 2 wrote them. */
  private Value dictionary(String function, List<Value> arguments) {
    Map<String, Value> values = new LinkedHashMap<>(4);
    if (arguments.size() == 1 && arguments.get(0) instanceof Entries entries) {
      charge(entries.values().size());
      values.putAll(entries.values());
    } else if (!arguments.isEmpty()) {
      for (Value pair : argument(function, arguments, 0, Items.class, "pairs").values()) {
        if (!(pair instanceof Items both) || both.values().size() != 2) {
          throw badArgument(function, 0, "pairs", pair);
        }
        charge(1);
        put(values, both.values().get(0), both.values().get(1));
      }
    }
    return new Entries(values);
  }

  /** Protocol 2 has no bytes: it writes them as a text, and how to turn that into bytes again. */
  private Value bytes(String function, List<Value> arguments) {
    if (arguments.isEmpty()) {
      return new Value.Bytes(new byte[0]);
    }
    if (arguments.size() == 1 && arguments.get(0) instanceof Value.Bytes bytes) {
      return bytes;
    }
    String text = argument(function, arguments, 0, Text.class, "a text").value();
    String encoding = argument(function, arguments, 1, Text.class, "an encoding").value();
    if (!encoding.equals("latin1") && !encoding.equals("latin-1")) {
      throw badArgument(function, 1, "latin1", arguments.get(1));
    }
    charge(text.length());
    if (text.chars().anyMatch(c -> c > 0xff)) {
      throw badArgument(function, 0, "latin1", arguments.get(0));
    }
    return new Value.Bytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
