/** RAR: causal over the slots in any order. */
package dev.seriatim.backbone.rar.internal;
