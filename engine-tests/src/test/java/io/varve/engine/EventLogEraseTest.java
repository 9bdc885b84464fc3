package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.query.Filter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is erased is gone from the disk. */
class EventLogEraseTest {

  @TempDir Path directory;

  /** Ids without a common shape stand in files as they are, so that looking for them means much. */
  @Test
  void erasedBytesAreInNoFile() throws IOException {
    try (EventLog log = EventLog.open(directory, LogEvents.manual().build())) {
      for (int i = 0; i < 400; i++) {
        log.append(
            LogEvent.builder(shapeless(i), i * 1000L)
                .user(i % 7 == 5 ? "leaver" : "other")
                .build());
        if (i == 299) {
          log.seal();
        }
      }
      log.sync();
      for (int i : new int[] {5, 12, 17, 100, 350, 397}) {
        assertThat(filesHold(shapeless(i))).as("id %d before", i).isTrue();
      }
      assertThat(log.delete(shapeless(17))).isTrue();

      assertThat(log.erase(Filter.eq("user", "leaver")).rows()).isEqualTo(57);
    }
    for (int gone : new int[] {5, 12, 397}) {
      assertThat(filesHold(shapeless(gone))).as("id %d after", gone).isFalse();
    }
    for (int kept : new int[] {100, 350}) {
      assertThat(filesHold(shapeless(kept))).as("id %d after", kept).isTrue();
    }
    assertThat(filesHold("leaver")).isFalse();
  }

  private static String shapeless(int number) {
    long mixed = (number + 1) * 0x9e3779b97f4a7c15L;
    return "-".repeat(number % 3) + Long.toString(mixed, 36) + "!?".repeat(number % 4);
  }

  private boolean filesHold(String text) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }
}
