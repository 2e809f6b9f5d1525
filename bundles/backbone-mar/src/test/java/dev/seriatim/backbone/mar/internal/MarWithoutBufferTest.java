package dev.seriatim.backbone.mar.internal;

/** No copies of the condition: the first encoder pass has no input at all. */
class MarWithoutBufferTest extends MarTest {
  @Override
  protected MarFactory.Configuration configuration() {
    return sizes(16, 2, 2, 12, 4, 0, 1e-6);
  }
}
