package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.SchemaMismatchException;
import io.varve.query.AggregateRow;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.SchemaChange;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns of a log are changed one by one. */
class EventLogAlterTest {

  @TempDir Path directory;

  @Test
  void columnsAreChangedOneByOneAndOldEventsHaveTheDefault() throws IOException {
    Schema first =
        Schema.builder()
            .timeColumn("ts", DataType.timestampLtz(9))
            .column("amount", DataType.int32())
            .build();
    EventLogOptions options =
        LogEvents.manual()
            .definition(TableDefinition.builder(first).bloomColumns("amount").build())
            .build();
    try (EventLog log = EventLog.open(directory, options)) {
      log.append(log.newEvent().set("ts", Instant.ofEpochSecond(1)).set("amount", 7L).build());
      log.alter(
          List.of(
              new SchemaChange.Add("origin", DataType.string(), false, "web", null),
              new SchemaChange.Rename("amount", "cents"),
              new SchemaChange.Widen("cents", DataType.int64())));
      log.append(
          log.newEvent()
              .set("ts", Instant.ofEpochSecond(2))
              .set("cents", 1L << 40)
              .set("origin", "app")
              .build());
      assertThat(log.definition().bloomColumns()).containsExactly("cents");
      List<StoredEvent> web = log.queryRecent(Filter.eq("origin", "web"), 5);
      assertThat(web).hasSize(1);
      assertThat(web.get(0).getLong("cents")).isEqualTo(7);
      log.alter(List.of(new SchemaChange.Drop("origin")));
      Schema reused =
          new Schema(
              4, List.of(first.timeField(), new Field(3, "again", DataType.int64(), true)), 1, 3);
      assertThatThrownBy(() -> log.changeSchema(reused))
          .isInstanceOf(SchemaMismatchException.class)
          .hasMessageContaining("which a dropped column had");
    }
  }

  /** What is asked of a block's zone map must not change the column that was read before. */
  @Test
  void defaultsOfOldEventsAreInEverySum() throws IOException {
    Schema first =
        Schema.builder()
            .timeColumn("ts", DataType.timestampLtz(9))
            .column("user", DataType.string())
            .build();
    EventLogOptions options =
        LogEvents.manual().definition(TableDefinition.builder(first).build()).build();
    try (EventLog log = EventLog.open(directory, options)) {
      for (int i = 0; i < 1000; i++) {
        log.append(
            log.newEvent()
                .set("ts", Instant.ofEpochSecond(i))
                .set("user", i == 500 || i == 900 ? "x" : "y" + i % 3)
                .build());
      }
      log.seal();
      log.alter(
          List.of(
              new SchemaChange.Add("price", DataType.float64(), false, "2.5", null),
              new SchemaChange.Add("n", DataType.int64(), false, "7", null)));
      for (Filter users : List.of(Filter.eq("user", "x"), Filter.ne("user", "x"))) {
        int rows = users.equals(Filter.eq("user", "x")) ? 2 : 998;
        List<AggregateRow> all =
            log.query(
                users,
                List.of(),
                List.of(
                    Measure.sum("price"),
                    Measure.sum("n"),
                    Measure.sum("price").where(Filter.gt("price", 1.0)),
                    Measure.sum("n").where(Filter.gt("n", 1L)),
                    Measure.max("n").where(Filter.gt("n", 2L)),
                    Measure.min("n").where(Filter.gt("price", 2.0)),
                    Measure.count("n").where(Filter.gt("n", 3L)),
                    Measure.sum("price").where(Filter.gt("n", 3L))));
        assertThat(all).hasSize(1);
        for (int price : new int[] {0, 2, 7}) {
          assertThat(all.get(0).getDouble(price)).as("sum %s", price).isEqualTo(2.5 * rows);
        }
        assertThat(all.get(0).getLong(1)).isEqualTo(7L * rows);
        assertThat(all.get(0).getLong(3)).isEqualTo(7L * rows);
        assertThat(all.get(0).getLong(4)).isEqualTo(7);
        assertThat(all.get(0).getLong(5)).isEqualTo(7);
        assertThat(all.get(0).getLong(6)).isEqualTo(rows);
      }
    }
  }
}
