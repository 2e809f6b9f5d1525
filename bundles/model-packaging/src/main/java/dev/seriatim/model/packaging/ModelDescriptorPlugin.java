package dev.seriatim.model.packaging;

import aQute.bnd.osgi.Analyzer;
import aQute.bnd.osgi.Constants;
import aQute.bnd.osgi.Resource;
import aQute.bnd.service.AnalyzerPlugin;
import aQute.lib.io.IO;

/**
 * A bnd plugin that reads {@code model.json} from the bundle being built and states in the manifest
 * what the model is and which parts it needs, so that the OSGi resolver decides what fits:
 *
 * <pre>
 * Provide-Capability: seriatim.model;name=digits-ar;version:Version="1.0.0"
 * Require-Capability: seriatim.part;
 *   filter:="(&amp;(kind=head)(id=categorical)(version&gt;=1.0.0)(!(version&gt;=2.0.0)))", …
 * </pre>
 *
 * <p>A bundle without {@code model.json} is left alone. A descriptor that cannot be read fails the
 * build with a sentence that names the key, what was expected and what was found.
 *
 * <p>To use it, make this module a dependency of bnd-maven-plugin and add to its configuration:
 *
 * <pre>
 * -plugin.model: dev.seriatim.model.packaging.ModelDescriptorPlugin
 * </pre>
 */
public final class ModelDescriptorPlugin implements AnalyzerPlugin {

  /** Where a model bundle keeps its descriptor. */
  public static final String DESCRIPTOR = "model.json";

  @Override
  public boolean analyzeJar(Analyzer analyzer) throws Exception {
    Resource resource = analyzer.getJar().getResource(DESCRIPTOR);
    if (resource == null) {
      return false;
    }
    try {
      ModelHeaders headers = ModelHeaders.of(IO.collect(resource.openInputStream()));
      append(analyzer, Constants.PROVIDE_CAPABILITY, headers.provided());
      append(analyzer, Constants.REQUIRE_CAPABILITY, headers.required());
    } catch (MalformedDescriptorException e) {
      analyzer.error("%s: %s", DESCRIPTOR, e.getMessage());
    }
    return false; // the jar's classes are as they were
  }

  private static void append(Analyzer analyzer, String header, String added) {
    String before = analyzer.getProperty(header);
    analyzer.setProperty(header, before == null || before.isBlank() ? added : before + "," + added);
  }
}
