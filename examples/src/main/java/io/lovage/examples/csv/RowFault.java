package io.lovage.examples.csv;

/** Why a row cannot be taken. */
public enum RowFault {
    /** It has more or fewer fields than the header. */
    WIDTH("width"),
    /** A quote that is never closed, or one in the middle of a field. */
    QUOTES("quotes"),
    /** A value that does not fit the type of its column. */
    TYPE("type"),
    /** Bytes that are not UTF-8. */
    ENCODING("encoding"),
    /** Longer than {@link CsvReader#LONGEST_ROW_BYTES}. */
    TOO_LARGE("too_large");

    private final String code;

    RowFault(String code) {
        this.code = code;
    }

    /** The name in reports. */
    public String code() {
        return code;
    }
}
