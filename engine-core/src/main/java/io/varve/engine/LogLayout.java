package io.varve.engine;

import java.util.Locale;
import java.util.OptionalLong;

/** Where the files of a log are, relative to its directory (docs/format.md). Stateless. */
final class LogLayout {

  static final String IDENTITY = "identity";
  static final String LOCK = "lock";
  static final String MANIFESTS = "manifest";
  static final String SEGMENTS = "segments";
  static final String TAILS = "tail";
  static final String DELETES = "deletes";
  static final String QUARANTINE = "corrupt";

  private LogLayout() {}

  static String manifest(long number) {
    return MANIFESTS + "/" + String.format(Locale.ROOT, "%020d", number);
  }

  static String segment(FileId id) {
    return SEGMENTS + "/" + id + ".vseg";
  }

  static String tail(FileId id) {
    return TAILS + "/" + id + ".vtail";
  }

  static String deletes(FileId id) {
    return DELETES + "/" + id + ".vdel";
  }

  static String quarantined(String path) {
    return QUARANTINE + "/" + path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns the number in the name of a manifest; empty if it is none. */
  static OptionalLong manifestNumber(String name) {
    return name.matches("[0-9]{20}") && name.compareTo("09223372036854775807") <= 0
        ? OptionalLong.of(Long.parseLong(name))
        : OptionalLong.empty();
  }
}
