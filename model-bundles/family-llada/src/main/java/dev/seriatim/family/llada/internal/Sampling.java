package dev.seriatim.family.llada.internal;

import dev.seriatim.api.model.PartReference;
import java.util.List;

/**
 * What a run of an official {@code generate} comes to.
 *
 * @param length slots to fill
 * @param steps in all
 * @param temperature at which the scheduler draws; 0 for the most probable tokens
 * @param guided whether there is classifier-free guidance
 * @param random whether it is random which tokens stay
 * @param scheduler with all that goes for the run
 * @param guides in order
 */
record Sampling(
    int length,
    int steps,
    double temperature,
    boolean guided,
    boolean random,
    PartReference scheduler,
    List<PartReference> guides) {}
