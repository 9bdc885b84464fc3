package io.varve.io;

/**
 * One name in a directory. Immutable.
 *
 * @param name the last part of the path
 * @param directory whether it is a directory
 * @param length in bytes; zero for a directory
 * @param modifiedMillis when it was last written, in milliseconds since the epoch
 */
public record FileEntry(String name, boolean directory, long length, long modifiedMillis) {}
