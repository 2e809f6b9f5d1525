/**
 * The models of the framework: bundles that declare one, where each stands, its generator service.
 */
package dev.seriatim.runtime.internal.model;
