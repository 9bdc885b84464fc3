package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RowBuffer;
import io.varve.column.RowSink;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.testkit.Allocations;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A row that is added makes no garbage: neither finding its partition nor taking its values. */
class RowAllocationTest {

  private static final int ROWS = 10_000;
  private static final String[] TENANTS = {"acme", "globex", "initech", "a tenant of a long name"};

  private static final TableDefinition DEFINITION =
      TableDefinition.builder(
              Schema.builder()
                  .timeColumn("ts", DataType.timestamp(3))
                  .column("tenant", DataType.string())
                  .column("tokens", DataType.int64())
                  .column("cost", DataType.float64())
                  .column("text", DataType.string())
                  .column("missing", DataType.string())
                  .build())
          .partitionedBy("tenant")
          .bucketedBy(8, "tenant")
          .build();

  private final PartitionRouter router = new PartitionRouter(DEFINITION);
  private final RowBuffer rows = new RowBuffer(DEFINITION.schema(), 7, 0);

  private static void set(RowSink out, int row) {
    out.setTimestamp(0, 1_000 + row, 0);
    out.setString(1, TENANTS[row % TENANTS.length]);
    out.setLong(2, row);
    out.setDouble(3, row * 0.5);
    out.setString(4, "a text that is copied as bytes, letter by letter");
  }

  private int addRows() {
    int length = 0;
    for (int row = 0; row < ROWS; row++) {
      set(router, row);
      length += router.path(OptionalInt.empty()).length();
      rows.setNext(row, 1);
      set(rows, row);
      rows.endRow();
    }
    rows.clear();
    return length;
  }

  @Test
  void addingARowMakesNoGarbage() {
    int expected = addRows(); // the buffer grows, and classes are loaded
    long before = Allocations.bytes();
    int length = addRows();
    long made = Allocations.bytes() - before;
    assertThat(length).isEqualTo(expected);
    assertThat(made).isLessThan(ROWS);
  }
}
