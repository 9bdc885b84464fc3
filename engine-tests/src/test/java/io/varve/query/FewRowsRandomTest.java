package io.varve.query;

import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.segment.SegmentOptions;
import io.varve.segment.SegmentOrigin;
import io.varve.segment.SegmentReader;
import io.varve.segment.SegmentWriter;
import io.varve.testkit.MemoryFile;
import io.varve.testkit.PlainAggregation;
import io.varve.testkit.RandomTable;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates of the events of one user, who has from none to half of the rows of a block, agree
 * with plain Java. What could break: sums of a few rows of packed, patched and run-length columns,
 * rows that are gathered for one measure and used for another, filters of measures over gathered
 * rows, keys that nearly all rows have.
 */
class FewRowsRandomTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("time", DataType.timestampLtz(9))
          .requiredColumn("user", DataType.string())
          .requiredColumn("status", DataType.int32())
          .requiredColumn("packed", DataType.int64())
          .requiredColumn("patched", DataType.int64())
          .requiredColumn("mostly", DataType.int64())
          .requiredColumn("runs", DataType.int64())
          .column("gaps", DataType.int64())
          .requiredColumn("real", DataType.float64())
          .requiredColumn("wide", DataType.decimal(38, 4))
          .column("text", DataType.string())
          .build();

  private static final List<String> NUMBERS =
      List.of("status", "packed", "patched", "mostly", "runs", "gaps", "real", "wide");

  private static final int PACKED = SCHEMA.indexOf("packed");
  private static final int PATCHED = SCHEMA.indexOf("patched");
  private static final int RUNS = SCHEMA.indexOf("runs");

  private static List<@Nullable Object[]> rows(Random random) {
    int rareOf = 2 + random.nextInt(random.nextBoolean() ? 20 : 600);
    int failureOf = 5 + random.nextInt(200);
    int outlierOf = 5 + random.nextInt(200);
    int width = 1 + random.nextInt(50);
    int far = width + random.nextInt(62 - width);
    long base = random.nextLong() >> (3 + random.nextInt(60));
    Instant start = Instant.parse("2024-03-30T20:00:00Z");
    List<@Nullable Object[]> rows = new ArrayList<>();
    int count = 1 + random.nextInt(3000);
    for (int n = 0; n < count; n++) {
      Object[] before = n == 0 || random.nextInt(100) == 0 ? null : rows.get(n - 1);
      boolean outlier = random.nextInt(outlierOf) == 0;
      rows.add(
          new Object[] {
            start.plusSeconds(n * 20L),
            random.nextInt(rareOf) == 0 ? "rare" : "user" + random.nextInt(5),
            random.nextInt(failureOf) == 0 ? 400L + random.nextInt(9) : 200L,
            base + (random.nextLong() >>> (64 - width)),
            base + (random.nextLong() >>> (64 - (outlier ? far : width))),
            base + (outlier ? random.nextInt(1 << 20) : 0),
            before == null ? (Object) random.nextLong() : before[RUNS],
            random.nextInt(3) == 0 ? null : (Object) (long) random.nextInt(1000),
            random.nextInt(1000) / 8.0,
            BigDecimal.valueOf(random.nextLong(), 4),
            random.nextInt(4) == 0 ? null : "text " + random.nextInt(1000)
          });
    }
    return rows;
  }

  private static SegmentReader segment(List<@Nullable Object[]> rows) throws IOException {
    MemoryFile file = new MemoryFile();
    SegmentOrigin origin = new SegmentOrigin(new UUID(1, 2), "", RandomTable.WRITER, List.of());
    SegmentWriter.write(
        file, RandomTable.toBuffer(SCHEMA, rows).batch(), origin, SegmentOptions.DEFAULTS);
    return SegmentReader.open(file.input(), SCHEMA);
  }

  private static Measure measure(List<@Nullable Object[]> rows, Random random) {
    String column = NUMBERS.get(random.nextInt(NUMBERS.size()));
    Measure measure =
        switch (random.nextInt(10)) {
          case 0 -> Measure.countRows();
          case 1 -> Measure.count("gaps");
          case 2 -> Measure.min(column);
          case 3 -> Measure.max(column);
          case 4 -> Measure.max("text");
          case 5 -> Measure.avg(column);
          default -> Measure.sum(column);
        };
    return random.nextBoolean() ? measure.where(condition(rows, random)) : measure;
  }

  /** Returns a filter that some rows of most blocks meet, and others don't. */
  private static Filter condition(List<@Nullable Object[]> rows, Random random) {
    Object[] row = rows.get(random.nextInt(rows.size()));
    return switch (random.nextInt(6)) {
      case 0 -> Filter.eq("status", 200L);
      case 1 -> Filter.ne("status", 200L);
      case 2 -> Filter.ge("packed", row[PACKED]);
      case 3 -> Filter.lt("patched", row[PATCHED]);
      case 4 -> Filter.isNull("gaps");
      default -> Filter.eq("runs", row[RUNS]);
    };
  }

  private static Aggregation aggregation(List<@Nullable Object[]> rows, Random random) {
    Aggregation.Builder builder = Aggregation.builder();
    Filter rare = Filter.eq("user", "rare");
    builder.where(random.nextInt(3) > 0 ? rare : Filter.and(rare, condition(rows, random)));
    switch (random.nextInt(6)) {
      case 0 -> builder.groupBy("status");
      case 1 -> builder.groupBy("mostly");
      case 2 -> builder.groupBy("runs", "user");
      case 3 -> builder.groupBy(TimeBucket.DAY).groupBy("status");
      default -> {}
    }
    for (int n = 1 + random.nextInt(12); n > 0; n--) {
      builder.measure(measure(rows, random));
    }
    return builder.build();
  }

  @SeededTest(runs = 200)
  void aggregatesOfARareUserAreThoseOfPlainJava(Random random) throws IOException {
    List<@Nullable Object[]> rows = rows(random);
    try (SegmentReader source = segment(rows)) {
      Aggregation aggregation = aggregation(rows, random);
      BoundAggregation bound = BoundAggregation.of(aggregation, SCHEMA);
      List<PartialRow> partials = new ArrayList<>();
      AnswerLevels levels = random.nextBoolean() ? AnswerLevels.ALL : AnswerLevels.DECODE_ONLY;
      Aggregator aggregator = bound.newAggregator(1 << 20, levels, partials::add);
      aggregator.add(source);
      aggregator.flush();
      new PlainAggregation(aggregation, SCHEMA, rows).check(bound.finish(PartialRows.of(partials)));
    }
  }
}
