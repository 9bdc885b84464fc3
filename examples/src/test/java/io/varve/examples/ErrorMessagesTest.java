package io.varve.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.apache.flink.util.SerializedThrowable;
import org.junit.jupiter.api.Test;

/** What is told of failures that a test can't always bring about, such as missing permissions. */
class ErrorMessagesTest {

  private static String of(Throwable failure) {
    return ErrorMessages.of(
        new IllegalStateException(
            "the job failed", new SerializedThrowable(new RuntimeException("restarts", failure))));
  }

  @Test
  void namesFileAndRemedyBelowWhatFlinkWrapsAround() {
    assertThat(of(new AccessDeniedException("/data/table/tail")))
        .isEqualTo(
            "/data/table/tail: no permission; change the permissions of the directory, or choose"
                + " another");
    assertThat(of(new NoSuchFileException("/data/a")))
        .isEqualTo("/data/a: there is no such file; check the path");
    assertThat(of(new NoSuchFileException("/data/a", null, "there is no table here; check it")))
        .isEqualTo("/data/a: there is no table here; check it");
    assertThat(of(new NotDirectoryException("/data/a")))
        .isEqualTo("/data/a: can't be used (NotDirectoryException); choose another directory");
    assertThat(of(new FileNotFoundException("/data/a (Permission denied)")))
        .isEqualTo("/data/a (Permission denied); check the path and its permissions");
    assertThat(of(new MalformedCsvException("a.csv, line 7: …"))).isEqualTo("a.csv, line 7: …");
  }

  @Test
  void saysWhereTheLogIsOfWhatNobodyExpected() {
    assertThat(of(new IOException("disk on fire")))
        .startsWith("unexpected failure: ")
        .contains("disk on fire", "the log is " + LogFile.path());
  }
}
