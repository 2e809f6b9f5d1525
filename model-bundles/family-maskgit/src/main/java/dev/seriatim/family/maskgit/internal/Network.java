package dev.seriatim.family.maskgit.internal;

import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;

/** A network of the official code. */
interface Network {
  /** The network that a configuration asks for. */
  static Network of(OfficialConfig generator) {
    String type = generator.text("model_type", "ViT");
    return switch (type) {
      case "ViT" -> new ImageBert();
      case "UViT" -> new UVitBert();
      default -> throw generator.refuse("model_type", "ViT or UViT", type);
    };
  }

  /** The backbone that it becomes. */
  String backbone();

  /** A tensor by which it is known. */
  String tensor();

  /** Width of the feed-forward layers, as the code makes it of the configured one. */
  int mlpWidth(int official, int width);

  /** How many tokens it generates. */
  int slots(StateDict network);

  /** Maps all weights, of backbone and head. */
  void map(KeyMap keys, StateDict network);
}
