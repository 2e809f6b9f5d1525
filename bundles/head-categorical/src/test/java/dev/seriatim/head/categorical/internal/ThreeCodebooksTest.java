package dev.seriatim.head.categorical.internal;

class ThreeCodebooksTest extends CategoricalHeadContract {
  ThreeCodebooksTest() {
    super(3);
  }
}
