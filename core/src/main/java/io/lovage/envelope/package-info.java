/**
 * Kombu's envelope, for the brokers that carry a message as one piece of bytes and share it with Python. Public for
 * authors of such brokers; it stands outside {@code io.lovage.spi} because it needs a JSON library.
 */
@NullMarked
package io.lovage.envelope;

import org.jspecify.annotations.NullMarked;
