package dev.seriatim.runtime.internal.assembly;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Blueprint;
import java.util.Map;

/**
 * A part of an assembly.
 *
 * @param installed what was found
 * @param reference by which it was found
 * @param config complete
 * @param blueprint in its frame
 */
record LaidOutPart(
    InstalledPart installed,
    PartReference reference,
    Map<String, Object> config,
    Blueprint<?> blueprint) {}
