package io.lovage.internal.wire;

import io.lovage.spi.Bytes;
import io.lovage.spi.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * The JSON text of a message: checks what it is said to be and undoes compression, within a bound, so that a small
 * message cannot fill the memory. Compresses, too.
 */
public final class BodyBytes {
    private static final String JSON = "application/json";
    private static final Set<String> ENCODINGS = Set.of("utf-8", "utf8", "us-ascii", "ascii");

    /** Celery's names; all of them mean a zlib stream there. Real gzip is told by its first bytes. */
    private static final String WRITTEN = "application/x-gzip";

    private static final Set<String> ZLIB = Set.of(WRITTEN, "gzip", "zlib");

    private static final int GZIP_MAGIC_1 = 0x1f;
    private static final int GZIP_MAGIC_2 = 0x8b;
    private static final int CHUNK = 8192;

    private final int largest;

    /**
     * Reads bodies up to a size.
     *
     * @param largest bytes that a compressed body may grow to
     */
    BodyBytes(int largest) {
        this.largest = largest;
    }

    Bytes json(Message message) throws WireFault {
        checkContentType(message.properties().contentType());
        checkEncoding(message.properties().contentEncoding());
        Optional<String> compression = new Fields("header", message.headers()).text("compression");
        if (compression.isEmpty()) {
            return message.body();
        }
        if (!ZLIB.contains(compression.get())) {
            throw new WireFault("header compression is '" + shown(compression.get()) + "', which is not supported");
        }
        return inflate(message.body());
    }

    /** With a body that every Celery since 3.1 reads. */
    public static Message compressed(Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(CHUNK);
        try (OutputStream zlib = new DeflaterOutputStream(bytes);
                InputStream body = message.body().toStream()) {
            body.transferTo(zlib);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is no device behind it
        }
        return new Message(
                message.withHeader("compression", WRITTEN).headers(),
                message.properties(),
                Bytes.wrap(bytes.toByteArray()));
    }

    private static void checkContentType(Optional<String> type) throws WireFault {
        if (type.isEmpty() || type.get().isEmpty()) {
            throw new WireFault("property content_type is missing");
        }
        if (!type.get().equals(JSON)) {
            throw new WireFault("property content_type is '" + shown(type.get()) + "', not " + JSON);
        }
    }

    private static void checkEncoding(Optional<String> encoding) throws WireFault {
        if (encoding.isPresent()
                && !encoding.get().equals("utf-8")
                && !encoding.get().isEmpty()
                && !ENCODINGS.contains(encoding.get().toLowerCase(Locale.ROOT))) {
            throw new WireFault("property content_encoding is '" + shown(encoding.get()) + "', not utf-8");
        }
    }

    private Bytes inflate(Bytes body) throws WireFault {
        try (InputStream stream = decompressing(body)) {
            ByteArrayOutputStream text = new ByteArrayOutputStream(CHUNK);
            byte[] chunk = new byte[CHUNK];
            for (int read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
                if (text.size() + read > largest) {
                    throw new WireFault("body grows beyond " + largest + " bytes when decompressed");
                }
                text.write(chunk, 0, read);
            }
            return Bytes.wrap(text.toByteArray());
        } catch (IOException broken) {
            throw new WireFault("body is not the zlib stream that header compression announces");
        }
    }

    private static InputStream decompressing(Bytes body) throws IOException {
        InputStream probe = body.toStream();
        boolean gzip = probe.read() == GZIP_MAGIC_1 && probe.read() == GZIP_MAGIC_2;
        return gzip ? new GZIPInputStream(body.toStream()) : new InflaterInputStream(body.toStream());
    }

    /** Short and printable: these names go into logs. */
    private static String shown(String name) {
        String printable = name.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= 80 ? printable : printable.substring(0, 80) + "...";
    }
}
