/** Published systems against what their official implementations gave. */
package dev.seriatim.itests.parity;
