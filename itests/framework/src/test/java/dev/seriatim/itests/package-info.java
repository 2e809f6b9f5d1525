/** The assembled system in a real framework, as a host application and a shell see it. */
package dev.seriatim.itests;
