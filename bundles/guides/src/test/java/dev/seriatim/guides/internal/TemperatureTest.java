package dev.seriatim.guides.internal;

import java.util.Map;

class TemperatureTest extends CategoricalGuideContract<TemperatureFactory.Configuration> {
  TemperatureTest() {
    super(
        new TemperatureFactory(),
        new TemperatureFactory.Configuration(0.5),
        Map.of("value", new TemperatureFactory.Configuration(0)));
  }
}
