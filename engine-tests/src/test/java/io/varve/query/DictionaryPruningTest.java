package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RowBuffer;
import io.varve.encoding.BlockOptions;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.segment.SegmentOptions;
import io.varve.segment.SegmentOrigin;
import io.varve.segment.SegmentReader;
import io.varve.segment.SegmentWriter;
import io.varve.testkit.MemoryFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A rare value costs the blocks that hold it, and a value that is nowhere costs none. */
class DictionaryPruningTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("user", DataType.string())
          .column("status", DataType.int32())
          .build();

  private static AggregationStatistics count(Filter filter, Set<Integer> listed, long expected)
      throws IOException {
    RowBuffer rows = new RowBuffer(SCHEMA, 1, 0);
    for (int i = 0; i < 100 * 1024; i++) {
      rows.setTimestamp(0, i, 0);
      if (i % 7 != 0) {
        rows.setString(1, i == 70_001 ? "mm-rare" : i % 2 == 0 ? "aa" : "zz");
      }
      rows.setLong(2, i == 1500 ? 503 : i % 2 == 0 ? 200 : 800);
      rows.endRow();
    }
    MemoryFile file = new MemoryFile();
    SegmentOptions options = new SegmentOptions(BlockOptions.SEALED, Set.of(), listed, Set.of());
    SegmentOrigin origin = new SegmentOrigin(new UUID(1, 2), "", 1, List.of());
    SegmentWriter.write(file, rows.batch(), origin, options);

    List<PartialRow> partials = new ArrayList<>();
    Aggregator aggregator =
        BoundAggregation.of(
                Aggregation.builder().measure(Measure.countRows()).where(filter).build(), SCHEMA)
            .newAggregator(10, partials::add);
    try (SegmentReader reader = SegmentReader.open(file.input())) {
      aggregator.add(reader);
    }
    aggregator.flush();
    long count = 0;
    for (PartialRow row : partials) {
      count += ((MeasureState.Count) row.measures().get(0)).count();
    }
    assertThat(count).isEqualTo(expected);
    return aggregator.statistics();
  }

  @Test
  void readsOnlyTheBlocksOfARareValue() throws IOException {
    Filter rare = Filter.eq("user", "mm-rare");
    assertThat(count(rare, Set.of(2), 1).blocksDecoded()).isEqualTo(1);
    assertThat(count(rare, Set.of(), 1).blocksDecoded()).isEqualTo(100);
    Filter notCommon = Filter.not(Filter.in("user", List.of("aa", "zz")));
    assertThat(count(notCommon, Set.of(2), 1).blocksDecoded()).isEqualTo(1);
  }

  @Test
  void readsOnlyTheBlocksOfARareNumber() throws IOException {
    Filter rare = Filter.between("status", 500, 599);
    assertThat(count(rare, Set.of(3), 1).blocksDecoded()).isEqualTo(1);
    assertThat(count(rare, Set.of(), 1).blocksDecoded()).isEqualTo(100);
  }

  @Test
  void readsNoBlockForAValueThatIsNowhere() throws IOException {
    Filter absent = Filter.startsWith("user", "mm-none");
    assertThat(count(absent, Set.of(2), 0).blocksSkipped()).isEqualTo(100);
    assertThat(count(absent, Set.of(), 0).blocksSkipped()).isEqualTo(100);
  }
}
