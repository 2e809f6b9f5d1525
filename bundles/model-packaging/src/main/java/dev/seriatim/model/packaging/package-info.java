/**
 * Turns the descriptor of a model bundle into OSGi metadata while the bundle is built.
 *
 * <p>Used as a plugin of bnd; see {@link dev.seriatim.model.packaging.ModelDescriptorPlugin}.
 */
package dev.seriatim.model.packaging;
