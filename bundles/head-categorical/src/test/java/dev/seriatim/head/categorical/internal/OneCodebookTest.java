package dev.seriatim.head.categorical.internal;

class OneCodebookTest extends CategoricalHeadContract {
  OneCodebookTest() {
    super(1);
  }
}
