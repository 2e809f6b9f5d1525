package dev.seriatim.backbone.maskgit.internal;

/** The middle block alone: no skip connections, lists of weights that are empty. */
class UVitOfOneLayerTest extends UVitTest {
  @Override
  protected NetworkSize configuration() {
    return new NetworkSize(1, 2, 16, 24);
  }
}
