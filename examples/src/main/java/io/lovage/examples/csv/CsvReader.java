package io.lovage.examples.csv;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads the rows of a part of a CSV file (RFC 4180: comma, double quotes, doubled inside; line ends CRLF, LF or CR,
 * none needed after the last row). Needs memory for one row of at most {@link #LONGEST_ROW_BYTES}. Not thread-safe.
 */
/*
 * The file is cut by one reader and read again, part by part, by others. Both must see the same rows:
 *
 * - A row ends at the first line end outside quotes.
 * - A quote that opens a field and finds no closing quote in its place (before a comma, a line end or the end of the file)
 *   was a mistake. Then the row ends with the line of that quote, and what follows is read as new rows: one stray quote
 *   costs one row and not the rest of the file.
 * - A part begins and ends at such row ends. A reader that meets the end of its part within quotes would have found the
 *   quote to be a mistake in the whole file as well, or else there would have been no row end there.
 *
 * Going back does not make reading quadratic: the search for a closing quote ends at the next line with an odd number of
 * quotes, and the lines in between, having an even number each, do not search beyond their own end.
 */
public final class CsvReader implements AutoCloseable {
    /** A longer row is rejected; the rows after it are not harmed. */
    public static final int LONGEST_ROW_BYTES = 1 << 20;

    private static final int NONE = -1;

    private final ByteSource source;
    private final RowBytes row = new RowBytes(LONGEST_ROW_BYTES);
    private long start;
    private boolean blank;
    private boolean misquoted;

    /** Reads from byte {@code from} up to, not including, byte {@code to}; {@code from} must be the start of a row. */
    public CsvReader(Path file, long from, long to) throws IOException {
        this.source = new ByteSource(file, from, to);
        this.start = from;
    }

    /** Goes to the next row. False when there is none. */
    public boolean next() throws IOException {
        start = source.position();
        int first = source.peek();
        if (first == ByteSource.END) {
            return false;
        }
        row.clear();
        blank = isLineEnd(first);
        misquoted = false;
        while (readField()) {
            row.endField();
        }
        row.endField();
        return true;
    }

    /** Where this row begins in the file. */
    public long start() {
        return start;
    }

    /** Where the next row begins in the file. */
    public long end() {
        return source.position();
    }

    /** Whether this row is an empty line. */
    public boolean blank() {
        return blank;
    }

    /** What stands in this row. */
    public CsvRow row() {
        if (misquoted) {
            return new CsvRow.Faulty(RowFault.QUOTES, "a quote is not closed, or stands in the middle of a field");
        }
        if (row.overflown()) {
            return new CsvRow.Faulty(RowFault.TOO_LARGE, "longer than " + LONGEST_ROW_BYTES + " bytes");
        }
        return row.decode();
    }

    /** True when another field follows in this row. */
    private boolean readField() throws IOException {
        int c = source.read();
        return c == '"' ? readQuoted() : readPlain(c);
    }

    private boolean readPlain(int first) throws IOException {
        int c = first;
        while (!isFieldEnd(c)) {
            if (c == '"') {
                misquoted = true;
                skipLine();
                return false;
            }
            row.append(c);
            c = source.read();
        }
        return endField(c);
    }

    private boolean readQuoted() throws IOException {
        long lineOfQuoteEnd = NONE;
        for (int c = source.read(); c != ByteSource.END; c = source.read()) {
            if (c == '"') {
                if (source.peek() != '"') {
                    return afterQuote(lineOfQuoteEnd);
                }
                source.read();
            }
            row.append(c);
            if (isLineEnd(c)) {
                if (c == '\r' && source.peek() == '\n') {
                    row.append(source.read());
                }
                lineOfQuoteEnd = lineOfQuoteEnd == NONE ? source.position() : lineOfQuoteEnd;
            }
        }
        return giveUpQuote(lineOfQuoteEnd);
    }

    private boolean afterQuote(long lineOfQuoteEnd) throws IOException {
        int c = source.read();
        return isFieldEnd(c) ? endField(c) : giveUpQuote(lineOfQuoteEnd);
    }

    private boolean giveUpQuote(long lineOfQuoteEnd) throws IOException {
        misquoted = true;
        if (lineOfQuoteEnd == NONE) {
            skipLine();
        } else {
            source.seek(lineOfQuoteEnd);
        }
        return false;
    }

    private void skipLine() throws IOException {
        int c = source.read();
        while (c != ByteSource.END && !isLineEnd(c)) {
            c = source.read();
        }
        endField(c);
    }

    private boolean endField(int c) throws IOException {
        if (c == '\r' && source.peek() == '\n') {
            source.read();
        }
        return c == ',';
    }

    private static boolean isFieldEnd(int c) {
        return c == ',' || c == ByteSource.END || isLineEnd(c);
    }

    private static boolean isLineEnd(int c) {
        return c == '\n' || c == '\r';
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
