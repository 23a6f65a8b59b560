package io.lovage.spi;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Headers that nobody changes any more, known as such by their type, so that they need not be copied again. */
final class Headers extends AbstractMap<String, @Nullable Object> {
    private final Map<String, @Nullable Object> frozen;

    /** Takes {@code own} over; nobody may change it any more. */
    Headers(Map<String, @Nullable Object> own) {
        this.frozen = Collections.unmodifiableMap(own);
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        return frozen.get(name);
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return frozen.containsKey(name);
    }

    @Override
    public int size() {
        return frozen.size();
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
        return frozen.entrySet();
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super @Nullable Object> action) {
        frozen.forEach(action);
    }
}
