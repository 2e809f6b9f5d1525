/**
 * Chat templates: the part of the template language Jinja that those of published models use. A
 * template can read what it is handed and nothing else: there is no way to files, classes or
 * methods of objects.
 */
package dev.seriatim.tokenizer.text.internal.chat;
