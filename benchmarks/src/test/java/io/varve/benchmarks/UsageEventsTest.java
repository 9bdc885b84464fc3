package io.varve.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.varve.benchmarks.UsageEvents.Dimension;
import io.varve.column.RowBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A workload that isn't what it says makes every figure a lie. */
class UsageEventsTest {

  private static final int ROWS = 100_000; // of ten million: about four a second
  private static final long ALL_ROWS = 10_000_000;

  private static UsageBatch rows(long seed) {
    UsageBatch batch = new UsageBatch(ROWS);
    assertThat(new UsageEvents(ALL_ROWS, seed).next(batch)).isTrue();
    return batch;
  }

  private static int count(UsageBatch batch, java.util.function.IntPredicate rows) {
    int count = 0;
    for (int row = 0; row < batch.size(); row++) {
      count += rows.test(row) ? 1 : 0;
    }
    return count;
  }

  @Test
  void sameSeedSameRowsHoweverTheyAreCut() {
    UsageBatch whole = rows(7);
    UsageEvents events = new UsageEvents(ALL_ROWS, 7);
    UsageBatch part = new UsageBatch(777);
    int at = 0;
    while (at < ROWS && events.next(part)) {
      for (int row = 0; row < part.size() && at < ROWS; row++, at++) {
        assertThat(part.id(row)).isEqualTo(whole.id(at));
        assertThat(part.cost(row)).isEqualTo(whole.cost(at));
        assertThat(part.payload(row)).isEqualTo(whole.payload(at));
      }
    }
    assertThat(at).isEqualTo(ROWS);
    assertThat(rows(8).id(0)).isNotEqualTo(whole.id(0));
  }

  @Test
  void idsAreUnique() {
    UsageBatch batch = rows(1);
    Set<String> ids = new HashSet<>();
    for (int row = 0; row < ROWS; row++) {
      assertThat(batch.id(row)).hasSize(UsageBatch.ID_LENGTH);
      ids.add(batch.id(row));
    }
    assertThat(ids).hasSize(ROWS);
  }

  @Test
  void sharesAreAsDescribed() {
    UsageBatch batch = rows(1);
    double share = 1.0 / ROWS;

    assertThat(share * count(batch, row -> batch.status(row) == 200)).isCloseTo(0.93, within(.01));
    assertThat(share * count(batch, row -> batch.status(row) == 429)).isCloseTo(0.04, within(.005));
    assertThat(share * count(batch, row -> batch.status(row) == 500)).isCloseTo(0.02, within(.005));
    assertThat(share * count(batch, row -> batch.code(Dimension.USER, row) == 0))
        .isCloseTo(0.11, within(.005));
    assertThat(share * count(batch, row -> batch.code(Dimension.MODEL, row) == 3))
        .isCloseTo(0.058, within(.005));
    int late = 0;
    for (int row = 1; row < ROWS; row++) {
      late += batch.timeNanos(row) < batch.timeNanos(row - 1) ? 1 : 0;
    }
    assertThat(share * late).isBetween(0.005, 0.012);
    assertThat(batch.payload(5)).startsWith("{\"req\":\"").hasSizeBetween(110, 130);
    int keys = 0;
    for (int row = 0; row < ROWS; row++) {
      keys += batch.code(Dimension.API_KEY, row) / 4 == batch.code(Dimension.USER, row) ? 1 : 0;
    }
    assertThat(keys).as("keys belong to one user").isEqualTo(ROWS);
  }

  @Test
  void rowsFitTheTable() {
    UsageBatch batch = rows(1);
    RowBuffer buffer = new RowBuffer(UsageTable.definition().schema(), 1, 1);
    for (int row = 0; row < 1000; row++) {
      UsageTable.set(batch, row, buffer);
      buffer.endRow();
    }
    assertThat(buffer.batch().rowCount()).isEqualTo(1000);
  }
}
