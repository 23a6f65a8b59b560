package io.lovage.examples.bulkimport;

/** A value and how often it occurs. */
public record ValueCount(String value, long count) {}
