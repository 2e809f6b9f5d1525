package dev.seriatim.api.model;

import org.osgi.annotation.versioning.ProviderType;

/** Reads and writes {@code model.json}; a service. Any thread. */
@ProviderType
public interface DescriptorFormat {
  /**
   * Reads a descriptor.
   *
   * @param json its text
   * @param where it comes from, for messages
   * @throws dev.seriatim.api.SeriatimException naming the place, the key, the expected and the
   *     found
   */
  ModelDescriptor read(String json, String where);

  /** Writes a descriptor, indented. */
  String write(ModelDescriptor descriptor);
}
