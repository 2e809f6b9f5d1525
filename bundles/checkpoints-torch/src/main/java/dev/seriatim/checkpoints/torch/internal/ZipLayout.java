package dev.seriatim.checkpoints.torch.internal;

import dev.seriatim.checkpoints.torch.internal.Value.Storage;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The format of {@code torch.save} since PyTorch 1.6: a zip file with one folder, in which {@code
 * data.pkl} is the value with its tensors, {@code data/KEY} the elements of a storage, and {@code
 * byteorder}, if there, their order.
 */
final class ZipLayout {
  private static final String PICKLE = "data.pkl";
  private static final int LONGEST_BYTE_ORDER = 16;

  private ZipLayout() {}

  static Content read(Faults faults, FileBytes file) {
    Map<String, Region> entries = StoredZip.read(faults, file);
    String folder = folder(faults, entries);
    checkByteOrder(faults, file, entries.get(folder + "byteorder"));
    Region pickle = entries.get(folder + PICKLE);
    if (pickle.length() > Content.LARGEST_PICKLE) {
      throw faults.refuse(
          pickle.name(), "at most " + Content.LARGEST_PICKLE + " bytes", pickle.length());
    }
    pickle.verify(file, faults);
    Reductions reductions = new Reductions(faults, PICKLE);
    var bytes = file.read(pickle.position(), (int) pickle.length());
    Value root = new Unpickler(faults, PICKLE, bytes, reductions).read();
    if (bytes.hasRemaining()) {
      throw faults.refuse(PICKLE, "nothing after its end", bytes.remaining() + " bytes");
    }
    Map<String, Region> storages = new LinkedHashMap<>();
    for (Storage storage : reductions.storages().values()) {
      Region region = entries.get(folder + "data/" + storage.key());
      storages.put(storage.key(), checked(faults, storage, region));
    }
    return new Content(root, storages);
  }

  private static String folder(Faults faults, Map<String, Region> entries) {
    List<String> pickles =
        entries.keySet().stream()
            .filter(name -> name.endsWith("/" + PICKLE))
            .filter(name -> name.indexOf('/') == name.lastIndexOf('/'))
            .toList();
    if (pickles.size() != 1) {
      throw faults.refuse(
          "zip directory", "one folder with " + PICKLE, pickles.isEmpty() ? "none" : "several");
    }
    String folder = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    if (entries.containsKey(folder + "constants.pkl")) {
      throw faults.refuse("zip directory", "what torch.save writes", "a TorchScript archive");
    }
    return folder;
  }

  private static void checkByteOrder(Faults faults, FileBytes file, Region entry) {
    if (entry == null) {
      return;
    }
    int length = (int) Math.min(LONGEST_BYTE_ORDER, entry.length());
    String order =
        new String(file.read(entry.position(), length).array(), StandardCharsets.ISO_8859_1);
    if (!order.equals("little")) {
      throw faults.refuse(entry.name(), "little", Faults.quote(order));
    }
  }

  private static Region checked(Faults faults, Storage storage, Region region) {
    String key = "storage " + Faults.quote(storage.key());
    long length = storage.elements() * storage.type().bytes();
    if (region == null) {
      throw faults.refuse(key, length + " bytes", "no entry of the archive");
    }
    if (region.length() != length) {
      throw faults.refuse(
          key,
          length + " bytes for " + storage.elements() + " elements of " + storage.type(),
          region.length());
    }
    return region;
  }
}
