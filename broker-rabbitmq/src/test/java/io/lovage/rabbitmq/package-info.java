/** The tests of the RabbitMQ broker: the conformance kit, and what the kit cannot see. */
@NullMarked
package io.lovage.rabbitmq;

import org.jspecify.annotations.NullMarked;
