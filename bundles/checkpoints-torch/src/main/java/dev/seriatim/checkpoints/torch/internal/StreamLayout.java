package dev.seriatim.checkpoints.torch.internal;

import dev.seriatim.checkpoints.torch.internal.Value.Entries;
import dev.seriatim.checkpoints.torch.internal.Value.Items;
import dev.seriatim.checkpoints.torch.internal.Value.Storage;
import dev.seriatim.checkpoints.torch.internal.Value.Text;
import dev.seriatim.checkpoints.torch.internal.Value.Truth;
import dev.seriatim.checkpoints.torch.internal.Value.Whole;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The format of {@code torch.save} before PyTorch 1.6, and later on request: five pickles (a magic
 * number, a version, the machine's byte order, the value, the keys of its storages), then for each
 * key the number of elements and the elements. There are no checksums.
 */
final class StreamLayout {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  private final Faults faults;
  private final FileBytes file;
  private final ByteBuffer pickles;

  private StreamLayout(Faults faults, FileBytes file) {
    this.faults = faults;
    this.file = file;
    this.pickles = file.map(0, Math.min(file.size(), Content.LARGEST_PICKLE));
  }

  static Content read(Faults faults, FileBytes file) {
    return new StreamLayout(faults, file).content();
  }

  private Content content() {
    if (!(next("magic number") instanceof Value.BigWhole magic) || !magic.value().equals(MAGIC)) {
      throw faults.refuse("magic number", MAGIC.toString(16), "another value");
    }
    Value version = next("version");
    if (!version.equals(new Whole(VERSION))) {
      throw faults.refuse("version", Long.toString(VERSION), version.inWords());
    }
    if (!(next("machine") instanceof Entries machine)
        || !new Truth(true).equals(machine.values().get("little_endian"))) {
      throw faults.refuse("machine", "a little-endian one", "another");
    }
    Reductions reductions = new Reductions(faults, "value");
    final Value root = new Unpickler(faults, "value", pickles, reductions).read();
    if (!(next("storage keys") instanceof Items keys)) {
      throw faults.refuse("storage keys", "a list", "another value");
    }
    return new Content(root, storages(reductions.storages(), keys));
  }

  private Value next(String key) {
    return new Unpickler(faults, key, pickles, new Reductions(faults, key)).read();
  }

  private Map<String, Region> storages(Map<String, Storage> declared, Items keys) {
    Map<String, Region> regions = new LinkedHashMap<>();
    long position = pickles.position();
    for (Value item : keys.values()) {
      Storage storage = item instanceof Text text ? declared.get(text.value()) : null;
      if (storage == null || regions.containsKey(storage.key())) {
        throw faults.refuse("storage keys", "each storage of the value once", item.inWords());
      }
      String key = "storage " + Faults.quote(storage.key());
      if (file.size() - position < Long.BYTES) {
        throw faults.refuse(key, "its size at " + position, "the end of the file");
      }
      long elements = file.read(position, Long.BYTES).getLong();
      position += Long.BYTES;
      if (elements != storage.elements()) {
        throw faults.refuse(key, storage.elements() + " elements", elements);
      }
      long length = elements * storage.type().bytes();
      if (length > file.size() - position) {
        throw faults.refuse(key, length + " bytes", file.size() - position);
      }
      regions.put(storage.key(), new Region(key, position, length, OptionalLong.empty()));
      position += length;
    }
    if (regions.size() != declared.size()) {
      throw faults.refuse("storage keys", declared.size() + " keys", regions.size());
    }
    if (position != file.size()) {
      throw faults.refuse("storages", "to end the file at " + position, file.size() + " bytes");
    }
    return regions;
  }
}
