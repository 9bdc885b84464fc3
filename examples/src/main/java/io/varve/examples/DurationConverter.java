package io.varve.examples;

import java.time.Duration;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations as Flink's configuration does: 500ms, 1s, 2min. Immutable. */
final class DurationConverter implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String text) {
    try {
      return TimeUtils.parseDuration(text);
    } catch (IllegalArgumentException malformed) {
      throw new TypeConversionException("'" + text + "' is no duration such as 500ms, 1s or 2min");
    }
  }

  /** Returns a duration as it is read. */
  static String format(Duration duration) {
    return TimeUtils.formatWithHighestUnit(duration);
  }
}
