package dev.seriatim.checkpoints.torch.internal;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An open PyTorch checkpoint. Opening reads the directory and the pickle, not the elements. A
 * tensor whose elements lie in order is mapped when its bytes are first asked for; one that is
 * transposed, strided or expanded is copied each time, and not kept. The checksum of a storage is
 * compared before the first use of its bytes.
 *
 * <p>A mapping goes when the garbage collector finds that nobody holds its buffer; closing releases
 * the file and refuses further calls.
 *
 * <p>Any thread.
 */
final class TorchCheckpoint implements Checkpoint {
  private final Faults faults;
  private final FileBytes file;
  private final Map<String, String> metadata;
  private final Map<String, TensorView> views;
  private final Map<String, TensorInfo> tensors;
  private final Map<Region, Boolean> verified = new ConcurrentHashMap<>();
  private final Map<String, ByteBuffer> mapped = new ConcurrentHashMap<>();
  private final Map<String, String> digests = new ConcurrentHashMap<>();

  private TorchCheckpoint(
      Faults faults, FileBytes file, Map<String, String> metadata, Map<String, TensorView> views) {
    this.faults = faults;
    this.file = file;
    this.metadata = Collections.unmodifiableMap(metadata);
    this.views = views;
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    views.forEach((name, view) -> infos.put(name, view.info()));
    this.tensors = Collections.unmodifiableMap(infos);
  }

  static TorchCheckpoint open(Path path) {
    Faults faults = new Faults(path);
    FileBytes file = FileBytes.open(faults);
    TorchCheckpoint checkpoint = null;
    try {
      checkpoint = read(faults, file);
      return checkpoint;
    } finally {
      if (checkpoint == null) {
        file.close();
      }
    }
  }

  private static TorchCheckpoint read(Faults faults, FileBytes file) {
    Content content = content(faults, file);
    Flattener.Flat flat = Flattener.flatten(faults, content.root());
    Map<String, TensorView> views = new LinkedHashMap<>();
    flat.tensors()
        .forEach(
            (name, tensor) -> {
              Region region = content.storages().get(tensor.storage().key());
              views.put(name, TensorView.of(faults, name, tensor, region));
            });
    return new TorchCheckpoint(faults, file, flat.texts(), views);
  }

  private static Content content(Faults faults, FileBytes file) {
    int first = file.size() < Integer.BYTES ? 0 : file.read(0, Integer.BYTES).getInt();
    if (first == StoredZip.LOCAL_HEADER) {
      return ZipLayout.read(faults, file);
    }
    if ((first & 0xff) == 0x80) {
      return StreamLayout.read(faults, file);
    }
    throw faults.refuse(
        "first bytes",
        "those of a zip file or of a pickle, as torch.save writes",
        file.size() < Integer.BYTES
            ? file.size() + " bytes"
            : String.format("%08x", Integer.reverseBytes(first)));
  }

  @Override
  public Path path() {
    return faults.file();
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public ByteBuffer bytes(String name) {
    TensorView view = view(name);
    checkLength(name, view.length());
    if (view.isContiguous()) {
      return mapped
          .computeIfAbsent(name, key -> source(view))
          .duplicate()
          .order(ByteOrder.LITTLE_ENDIAN);
    }
    ByteBuffer gathered = ByteBuffer.allocateDirect((int) view.length());
    view.gather(source(view), 0, gathered);
    return gathered.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public String sha256(String name) {
    TensorView view = view(name);
    return digests.computeIfAbsent(name, key -> digest(view));
  }

  @Override
  public void close() {
    mapped.clear();
    file.close();
  }

  private TensorView view(String name) {
    String key = "tensor " + Faults.quote(name);
    if (!file.isOpen()) {
      throw faults.refuse(key, "an open checkpoint", "a closed one");
    }
    TensorView view = views.get(name);
    if (view == null) {
      throw faults.refuse(key, "one of " + views.size() + " tensors", "none of that name");
    }
    verified.computeIfAbsent(
        view.region(),
        region -> {
          region.verify(file, faults);
          return true;
        });
    return view;
  }

  private void checkLength(String name, long length) {
    if (length > Integer.MAX_VALUE) {
      throw faults.refuse(
          "tensor " + Faults.quote(name), "at most " + Integer.MAX_VALUE + " bytes", length);
    }
  }

  private ByteBuffer source(TensorView view) {
    checkLength(view.info().name(), view.extent());
    return file.map(view.region().position() + view.offset(), view.extent());
  }

  /** In pieces: what is strided is not held as a whole, and what is not may be of any size. */
  private String digest(TensorView view) {
    TensorInfo info = view.info();
    String kind = info.type() + Arrays.toString(info.shape().getShape());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(kind.getBytes(StandardCharsets.US_ASCII));
      boolean contiguous = view.isContiguous();
      ByteBuffer source = contiguous ? null : source(view);
      for (long done = 0; done < view.length(); done += FileBytes.PIECE) {
        int piece = (int) Math.min(FileBytes.PIECE, view.length() - done);
        if (contiguous) {
          digest.update(file.read(view.region().position() + view.offset() + done, piece));
        } else {
          ByteBuffer gathered = ByteBuffer.allocate(piece);
          view.gather(source, done / info.type().bytes(), gathered);
          digest.update(gathered.flip());
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
