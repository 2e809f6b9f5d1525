package dev.seriatim.family.maskgit.internal;

import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.StateDict;
import java.util.List;

/** {@code ImageBert}: a BERT of Hugging Face, with the output layer inside. */
final class ImageBert implements Network {
  private static final String EMBEDDINGS = "model.embeddings.";
  private static final String POSITIONS = EMBEDDINGS + "position_embeddings.weight";

  @Override
  public String backbone() {
    return "maskgit.bert";
  }

  @Override
  public String tensor() {
    return "model.lm_head.weight";
  }

  @Override
  public int mlpWidth(int official, int width) {
    return official;
  }

  @Override
  public int slots(StateDict network) {
    return network.size(POSITIONS, 0) - 1;
  }

  @Override
  public void map(KeyMap keys, StateDict network) {
    keys.map(EMBEDDINGS + "word_embeddings.weight", "backbone.embedding");
    keys.map(POSITIONS, "backbone.position");
    keys.map(EMBEDDINGS + "token_type_embeddings.weight", "backbone.token_type");
    keys.ignore(EMBEDDINGS + "position_ids", EMBEDDINGS + "token_type_ids");
    for (String kind : List.of("weight", "bias")) {
      String suffix = "_" + kind.charAt(0);
      keys.map(EMBEDDINGS + "LayerNorm." + kind, "backbone.norm" + suffix);
      String layer = "model.encoder.layer.{i}.";
      String attention = layer + "attention.self.";
      keys.join(
          List.of(
              attention + "query." + kind, attention + "key." + kind, attention + "value." + kind),
          "backbone.qkv" + suffix + ".{i}");
      keys.map(layer + "attention.output.dense." + kind, "backbone.proj" + suffix + ".{i}");
      keys.map(layer + "attention.output.LayerNorm." + kind, "backbone.norm1" + suffix + ".{i}");
      keys.map(layer + "intermediate.dense." + kind, "backbone.fc" + suffix + ".{i}");
      keys.map(layer + "output.dense." + kind, "backbone.out" + suffix + ".{i}");
      keys.map(layer + "output.LayerNorm." + kind, "backbone.norm2" + suffix + ".{i}");
      keys.map("model.lm_head." + kind, "head." + kind);
    }
  }
}
