package dev.seriatim.training.internal;

import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.weights.ElementType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to train, on what, and how.
 *
 * @param file it was read from
 * @param text of the file
 * @param model the model that comes out, without weights
 * @param folder of the data set
 * @param data options of the data set
 * @param seed of everything that is random
 * @param store type in which the finished model's weights are stored
 * @param keepHeldOut whether the model brings the held-out text along
 * @param stages in order
 */
record Recipe(
    Path file,
    String text,
    ModelDescriptor model,
    Path folder,
    Map<String, Object> data,
    long seed,
    ElementType store,
    boolean keepHeldOut,
    List<StageSpec> stages) {}
