package io.lovage.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a Markdown document between two marks; nobody types it. */
public final class Section {
    private final Path document;
    private final String begin;
    private final String end;

    public Section(Path document, String name) {
        this.document = document;
        this.begin = "<!-- " + name + ": begin, generated -->\n";
        this.end = "<!-- " + name + ": end -->\n";
    }

    public String read() throws IOException {
        String text = Files.readString(document);
        return text.substring(place(text, begin) + begin.length(), place(text, end));
    }

    public void write(String content) throws IOException {
        String text = Files.readString(document);
        String before = text.substring(0, place(text, begin) + begin.length());
        Files.writeString(document, before + content + text.substring(place(text, end)));
    }

    private int place(String text, String mark) throws IOException {
        int place = text.indexOf(mark);
        if (place < 0) {
            throw new IOException(document + " lacks the line " + mark.strip());
        }
        return place;
    }
}
