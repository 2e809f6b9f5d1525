/** The command line: draws, replays, trains, measures and explains. */
package dev.seriatim.cli;
