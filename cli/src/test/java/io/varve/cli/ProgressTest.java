package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What a terminal shows of long work, by a clock that is moved by hand. */
class ProgressTest {

  private final StringWriter written = new StringWriter();
  private long now = 5000;

  private Progress progress(boolean shown) {
    return new Progress("bytes", new PrintWriter(written), shown, () -> now);
  }

  @Test
  void tellsHowMuchHowFastAndHowLong() {
    Progress progress = progress(true).of(40_000);
    now += 400;
    progress.add(1000);
    assertThat(written.toString()).isEmpty();
    now += 1600;
    progress.add(9000);
    assertThat(written.toString()).isEqualTo("\r10,000 bytes, 5,000 a second, 25 %, 6 s left  ");
    progress.close();
    assertThat(written.toString()).endsWith("\r" + " ".repeat(78) + "\r");
  }

  @Test
  void tellsNoTimeWhereTheWholeIsUnknown() {
    Progress progress = progress(true);
    now += 1000;
    progress.add(2000);
    assertThat(written.toString()).isEqualTo("\r2,000 bytes, 2,000 a second  ");
  }

  @Test
  void tellsBySomebodyWhoKnowsTheShare() {
    Progress progress = progress(true).by(() -> 0.5);
    now += 3000;
    progress.add(6000);
    assertThat(written.toString()).isEqualTo("\r6,000 bytes, 2,000 a second, 50 %, 3 s left  ");
  }

  @Test
  void isSilentWhereThereIsNoTerminal() {
    Progress progress = progress(false).of(10);
    now += 5000;
    progress.add(5);
    progress.close();
    assertThat(written.toString()).isEmpty();
  }
}
