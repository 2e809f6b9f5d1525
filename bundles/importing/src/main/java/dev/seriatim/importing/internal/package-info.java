/**
 * The services behind {@code import} and {@code verify}: {@link
 * dev.seriatim.importing.internal.CheckpointImporter} and {@link
 * dev.seriatim.importing.internal.CaseVerifier}.
 */
package dev.seriatim.importing.internal;
