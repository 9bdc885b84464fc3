package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.SchemaMismatchException;
import io.varve.query.Filter;
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
}
