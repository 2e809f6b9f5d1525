package dev.seriatim.cli;

import ai.djl.engine.Engine;
import picocli.CommandLine.IVersionProvider;

/** Versions of this program and of what it stands on. */
final class Versions implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String own = Main.class.getPackage().getImplementationVersion();
    String djl = Engine.class.getPackage().getSpecificationVersion();
    return new String[] {
      "seriatim " + (own == null ? "(not packaged)" : own),
      "DJL " + (djl == null ? "unknown" : djl) + ", JVM " + Runtime.version()
    };
  }
}
