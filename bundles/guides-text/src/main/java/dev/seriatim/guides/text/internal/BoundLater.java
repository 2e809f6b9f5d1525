package dev.seriatim.guides.text.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.Map;

/** A guide that acts through the one that it makes for each request. */
interface BoundLater extends Guide {
  /** Its part. */
  String id();

  @Override
  default Stage stage() {
    return Stage.CONSTRAIN;
  }

  @Override
  default Distribution apply(
      Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
    throw PartException.of(id(), "guide", "bound to a request", "unbound");
  }
}
