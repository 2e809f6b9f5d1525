package dev.seriatim.checkpoints.torch.internal;

import dev.seriatim.checkpoints.torch.internal.Value.ClassName;
import dev.seriatim.checkpoints.torch.internal.Value.Items;
import dev.seriatim.checkpoints.torch.internal.Value.None;
import dev.seriatim.checkpoints.torch.internal.Value.Text;
import dev.seriatim.checkpoints.torch.internal.Value.Truth;
import dev.seriatim.checkpoints.torch.internal.Value.Whole;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads a pickle of protocol 2 to 5 as data. A pickle is a program for a stack machine, in which
 * two instructions call whatever the program names; here they only look up {@link Reductions}, a
 * closed table of what checkpoints need. Everything else is refused by name.
 *
 * <p>The machine does not recurse, so nesting costs no stack of ours; the number of instructions is
 * bounded, and with it the memory. (Python Library Reference, "pickletools".)
 */
final class Unpickler {
  /** Most instructions. A checkpoint has about sixty for a tensor. */
  static final int MOST_INSTRUCTIONS = 2_000_000;

  private final Faults faults;
  private final String key;
  private final PickleBytes bytes;
  private final Reductions reductions;
  private final Map<Long, Value> memo = new HashMap<>();
  private final List<Integer> marks = new ArrayList<>();
  private final List<Value> stack = new ArrayList<>();

  /**
   * @param key what is read, for messages
   * @param pickle read from its position, which afterwards is after the pickle
   * @param reductions what may stand for a call
   */
  Unpickler(Faults faults, String key, ByteBuffer pickle, Reductions reductions) {
    this.faults = faults;
    this.key = key;
    this.bytes = new PickleBytes(faults, key, pickle);
    this.reductions = reductions;
  }

  /**
   * Reads one pickle.
   *
   * @throws dev.seriatim.api.weights.CheckpointException when it is damaged or has anything else
   *     than data in it
   */
  Value read() {
    int first = bytes.unsignedByte();
    int protocol = bytes.unsignedByte();
    if (first != 0x80 || protocol < 2 || protocol > 5) {
      throw faults.refuse(
          key, "a pickle of protocol 2 to 5", String.format("bytes %02x %02x", first, protocol));
    }
    for (int done = 0; done < MOST_INSTRUCTIONS; done++) {
      int instruction = bytes.unsignedByte();
      if (instruction == '.') {
        return result();
      }
      execute(instruction);
    }
    throw faults.refuse(key, "at most " + MOST_INSTRUCTIONS + " instructions", "more");
  }

  private Value result() {
    Value result = pop();
    if (!stack.isEmpty() || !marks.isEmpty()) {
      throw faults.refuse(key, "one value", (stack.size() + marks.size()) + " more on its stack");
    }
    return result;
  }

  private void execute(int instruction) {
    switch (instruction) {
      // Scalars.
      case 'N' -> push(None.NONE);
      case 0x88 -> push(new Truth(true));
      case 0x89 -> push(new Truth(false));
      case 'K' -> push(new Whole(bytes.unsignedByte()));
      case 'M' -> push(new Whole(bytes.unsignedShort()));
      case 'J' -> push(new Whole(bytes.signedInt()));
      case 0x8a -> push(bytes.integer(bytes.unsignedByte()));
      case 0x8b -> push(bytes.integer(bytes.signedInt()));
      case 'G' -> push(new Value.Real(bytes.real()));
      case 0x8c -> push(new Text(bytes.text(bytes.unsignedByte())));
      case 'X' -> push(new Text(bytes.text(bytes.unsignedInt())));
      case 0x8d -> push(new Text(bytes.text(bytes.length())));
      case 'U' -> push(latin1(bytes.unsignedByte()));
      case 'T' -> push(latin1(bytes.signedInt()));
      case 'C' -> push(new Value.Bytes(bytes.take(bytes.unsignedByte())));
      case 'B' -> push(new Value.Bytes(bytes.take(bytes.unsignedInt())));
      case 0x8e, 0x96 -> push(new Value.Bytes(bytes.take(bytes.length())));
      // Containers.
      case '(' -> marks.add(stack.size());
      case ')' -> push(new Items(Items.Kind.TUPLE, List.of()));
      case 0x85 -> push(tuple(popTo(height(1))));
      case 0x86 -> push(tuple(popTo(height(2))));
      case 0x87 -> push(tuple(popTo(height(3))));
      case 't' -> push(tuple(popTo(mark())));
      case ']' -> push(new Items(Items.Kind.LIST, new ArrayList<>(0)));
      case 'l' -> push(new Items(Items.Kind.LIST, popTo(mark())));
      case 'a' -> add(Items.Kind.LIST, popTo(height(1)));
      case 'e' -> add(Items.Kind.LIST, popTo(mark()));
      case 0x8f -> push(new Items(Items.Kind.SET, new ArrayList<>(0)));
      case 0x90 -> add(Items.Kind.SET, popTo(mark()));
      case 0x91 -> push(new Items(Items.Kind.SET, popTo(mark())));
      case '}' -> push(new Value.Entries(new LinkedHashMap<>(4)));
      case 'd' -> newDictionary(popTo(mark()));
      case 's' -> put(popTo(height(2)));
      case 'u' -> put(popTo(mark()));
      // The stack and the memo.
      case '0' -> pop();
      case '1' -> popTo(mark());
      case 'q' -> memo.put((long) bytes.unsignedByte(), top());
      case 'r' -> memo.put(bytes.unsignedInt(), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> push(remembered(bytes.unsignedByte()));
      case 'j' -> push(remembered(bytes.unsignedInt()));
      // What would name, call and instantiate.
      case 'c' -> {
        String module = bytes.line();
        push(reductions.named(module, bytes.line()));
      }
      case 0x93 -> nameFromStack();
      case 'R' -> {
        List<Value> arguments = arguments();
        push(reductions.called(pop(), arguments));
      }
      case 0x81 -> {
        List<Value> arguments = arguments();
        push(reductions.created(pop(), arguments));
      }
      case 0x92 -> newWithKeywords();
      case 'b' -> {
        Value state = pop();
        reductions.restored(top(), state);
      }
      case 'Q' -> push(reductions.persistent(pop()));
      // Lengths of frames are advice to a reader of streams.
      case 0x95 -> bytes.length();
      default ->
          throw faults.refuse(
              key,
              "instructions that torch.save writes",
              String.format("0x%02x at %d", instruction, bytes.position() - 1));
    }
  }

  private Value latin1(int length) {
    return new Text(new String(bytes.take(length), StandardCharsets.ISO_8859_1));
  }

  private void push(Value value) {
    stack.add(value);
  }

  /** Nothing below the last mark may be taken. */
  private int floor() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  private int height(int count) {
    if (stack.size() - floor() < count) {
      throw faults.refuse(key, count + " values on its stack", stack.size() - floor());
    }
    return stack.size() - count;
  }

  private int mark() {
    if (marks.isEmpty()) {
      throw faults.refuse(key, "a mark on its stack", "none");
    }
    return marks.remove(marks.size() - 1);
  }

  private List<Value> popTo(int height) {
    List<Value> upper = stack.subList(height, stack.size());
    List<Value> popped = new ArrayList<>(upper);
    upper.clear();
    return popped;
  }

  private Value pop() {
    return stack.remove(height(1));
  }

  private Value top() {
    return stack.get(height(1));
  }

  private Value remembered(long index) {
    Value value = memo.get(index);
    if (value == null) {
      throw faults.refuse(key, "a value remembered as " + index, "none");
    }
    return value;
  }

  private static Value tuple(List<Value> values) {
    return new Items(Items.Kind.TUPLE, values);
  }

  private void add(Items.Kind kind, List<Value> values) {
    if (!(top() instanceof Items items) || items.kind() != kind) {
      throw faults.refuse(
          key, "a " + kind.name().toLowerCase(Locale.ROOT) + " to add to", top().inWords());
    }
    items.values().addAll(values);
  }

  private void newDictionary(List<Value> keysAndValues) {
    push(new Value.Entries(new LinkedHashMap<>(4)));
    put(keysAndValues);
  }

  private void put(List<Value> keysAndValues) {
    Map<String, Value> target;
    if (top() instanceof Value.Entries entries) {
      target = entries.values();
    } else if (top() instanceof Value.Named named) {
      // An object of a class that extends dict.
      target = named.fields();
    } else {
      throw faults.refuse(key, "a dict to put into", top().inWords());
    }
    if (keysAndValues.size() % 2 != 0) {
      throw faults.refuse(key, "a value for each key", keysAndValues.size() + " of both");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      reductions.put(target, keysAndValues.get(i), keysAndValues.get(i + 1));
    }
  }

  private void nameFromStack() {
    Value name = pop();
    Value module = pop();
    if (!(name instanceof Text nameText) || !(module instanceof Text moduleText)) {
      throw faults.refuse(key, "a name as two texts", module.inWords() + ", " + name.inWords());
    }
    push(reductions.named(moduleText.value(), nameText.value()));
  }

  private List<Value> arguments() {
    Value arguments = pop();
    if (!(arguments instanceof Items items) || items.kind() != Items.Kind.TUPLE) {
      throw faults.refuse(key, "arguments in a tuple", arguments.inWords());
    }
    return items.values();
  }

  private void newWithKeywords() {
    Value keywords = pop();
    List<Value> arguments = arguments();
    Value type = pop();
    if (!(keywords instanceof Value.Entries entries) || !entries.values().isEmpty()) {
      String name = type instanceof ClassName ? type.inWords() : "an object";
      throw faults.refuse(key, "only tensors and plain data", "a call of " + name);
    }
    push(reductions.created(type, arguments));
  }
}
