package io.varve.flink.table;

import io.varve.table.CommitChoice;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;

/** Which commit the options of a table ask for. */
final class CommitOptions {

  private CommitOptions() {}

  /**
   * Returns the commit that is asked for, the newest if none is.
   *
   * @throws ValidationException if a value is none
   */
  static CommitChoice of(ReadableConfig options) {
    try {
      return choice(options);
    } catch (IllegalArgumentException wrong) {
      throw new ValidationException(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  private static CommitChoice choice(ReadableConfig options) {
    Optional<Long> number = options.getOptional(VarveConnectorOptions.SCAN_COMMIT);
    if (number.isPresent()) {
      return CommitChoice.number(number.get());
    }
    Optional<String> checkpoint = options.getOptional(VarveConnectorOptions.SCAN_CHECKPOINT_ID);
    if (checkpoint.isPresent()) {
      return CommitChoice.checkpoint(checkpoint.get());
    }
    Optional<String> tag = options.getOptional(VarveConnectorOptions.SCAN_TAG);
    if (tag.isPresent()) {
      return CommitChoice.tagged(tag.get());
    }
    return options
        .getOptional(VarveConnectorOptions.SCAN_TIMESTAMP)
        .map(time -> CommitChoice.at(time(time)))
        .orElse(CommitChoice.LATEST);
  }

  private static Instant time(String text) {
    try {
      return text.matches("-?\\d+")
          ? Instant.ofEpochMilli(Long.parseLong(text))
          : OffsetDateTime.parse(text.strip().replace(' ', 'T')).toInstant();
    } catch (DateTimeException | NumberFormatException wrong) {
      throw new IllegalArgumentException(
          "'"
              + VarveConnectorOptions.SCAN_TIMESTAMP.key()
              + "' is a time with zone, such as 2026-01-31T12:00:00Z, or milliseconds since the"
              + " epoch, not '"
              + text
              + "'",
          wrong);
    }
  }
}
