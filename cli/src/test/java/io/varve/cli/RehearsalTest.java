package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is rehearsed must go well, or classes would be missing where a command starts. */
class RehearsalTest {

  @Test
  void everyCommandThatIsRehearsedSucceeds() throws IOException {
    assertThat(Rehearsal.perform())
        .hasSizeGreaterThan(20)
        .allSatisfy(
            (command, code) -> {
              assertThat(code).as(command).isZero();
            });
  }
}
