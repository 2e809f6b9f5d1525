package dev.seriatim.checkpoints.torch.internal;

import java.util.OptionalLong;

/**
 * Bytes that the file stores as they are.
 *
 * @param name what they are, for messages
 * @param position of the first, in the file
 * @param length number of bytes
 * @param crc32 their checksum, where the file has one
 */
record Region(String name, long position, long length, OptionalLong crc32) {
  /** Refuses bytes that changed since they were written. Reads all of them. */
  void verify(FileBytes file, Faults faults) {
    if (crc32.isPresent()) {
      long found = file.crc32(position, length);
      if (found != crc32.getAsLong()) {
        throw faults.refuse(
            name,
            "bytes of CRC-32 " + Long.toHexString(crc32.getAsLong()),
            Long.toHexString(found));
      }
    }
  }
}
