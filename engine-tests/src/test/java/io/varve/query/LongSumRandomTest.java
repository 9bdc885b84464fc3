package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RowBuffer;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Sums of groups agree with big integers when they outgrow 64 bits late, early, in one group only,
 * or come back. What could break: the moment at which sums begin to be held in 128 bits.
 */
class LongSumRandomTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("team", DataType.int32())
          .column("cost", DataType.int64())
          .build();

  private record Expected(BigInteger sum, long values) {

    Expected plus(long value) {
      return new Expected(sum.add(BigInteger.valueOf(value)), values + 1);
    }
  }

  @SeededTest(runs = 150)
  void sumsOfGroupsAreExact(Random random) throws IOException {
    Map<Long, Expected> expected = new HashMap<>();
    List<PartialRow> partials = new ArrayList<>();
    Aggregation aggregation =
        Aggregation.builder().groupBy("team").measure(Measure.sum("cost")).build();
    Aggregator aggregator =
        BoundAggregation.of(aggregation, SCHEMA).newAggregator(1 << 20, partials::add);
    int teams = 1 + random.nextInt(40);
    int shift = random.nextInt(64);
    for (int part = random.nextInt(3); part >= 0; part--) {
      RowBuffer rows = new RowBuffer(SCHEMA, 3, 0);
      boolean extreme = random.nextInt(3) == 0;
      for (int row = random.nextInt(3000); row >= 0; row--) {
        long team = random.nextInt(random.nextInt(teams) + 1);
        rows.setTimestamp(0, row, 0);
        rows.setLong(1, team);
        if (random.nextInt(5) > 0) {
          long value =
              extreme && random.nextInt(4) == 0 ? edge(random) : random.nextLong() >> shift;
          rows.setLong(2, value);
          expected.merge(team, new Expected(BigInteger.valueOf(value), 1), (a, b) -> a.plus(value));
        } else {
          expected.putIfAbsent(team, new Expected(BigInteger.ZERO, 0));
        }
        rows.endRow();
      }
      aggregator.add(new BatchSource("part", rows.batch()));
      if (random.nextInt(3) == 0) {
        aggregator.flush();
      }
    }
    aggregator.flush();
    Map<Long, Expected> found = new HashMap<>();
    for (PartialRow row : PartialRows.of(partials).rows()) {
      MeasureState.LongSum sum = (MeasureState.LongSum) row.measures().get(0);
      long team = ((Value.OfLong) row.keys().get(0)).value();
      found.put(team, new Expected(sum.sum().toBigInteger(), sum.count()));
    }
    assertThat(found).isEqualTo(expected);
  }

  private static long edge(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> Long.MAX_VALUE;
      case 2 -> Long.MIN_VALUE + 1;
      default -> 0;
    };
  }
}
