package io.lovage.internal.wire;

import java.io.Serial;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;
import tools.jackson.databind.type.ArrayType;

/**
 * Teaches the mapper what Python reads and writes for values that JSON has no type for, wherever they are nested.
 * Decimals are written as text, which keeps their digits in every language.
 */
final class PythonScalars extends ValueDeserializerModifier {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final Set<Class<?>> TARGETS = Set.of(
            Instant.class,
            OffsetDateTime.class,
            ZonedDateTime.class,
            LocalDateTime.class,
            LocalDate.class,
            LocalTime.class,
            OffsetTime.class,
            BigDecimal.class,
            UUID.class,
            String.class);

    private PythonScalars() {}

    static JacksonModule module() {
        return new SimpleModule("python-values")
                .setDeserializerModifier(new PythonScalars())
                .addSerializer(BigDecimal.class, ToStringSerializer.instance)
                .addDeserializer(Object.class, new UntypedDeserializer());
    }

    @Override
    public ValueDeserializer<?> modifyDeserializer(
            DeserializationConfig config, BeanDescription.Supplier bean, ValueDeserializer<?> deserializer) {
        Class<?> target = bean.getBeanClass();
        return TARGETS.contains(target) ? new PythonScalar(target, deserializer) : deserializer;
    }

    @Override
    public ValueDeserializer<?> modifyArrayDeserializer(
            DeserializationConfig config,
            ArrayType type,
            BeanDescription.Supplier bean,
            ValueDeserializer<?> deserializer) {
        return type.hasRawClass(byte[].class) ? new PythonScalar(byte[].class, deserializer) : deserializer;
    }

    /** What is declared as {@code Object} is read as {@link Untyped} says. */
    private static final class UntypedDeserializer extends StdDeserializer<Object> {
        UntypedDeserializer() {
            super(Object.class);
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
            return Untyped.of(context.readTree(parser));
        }
    }
}
