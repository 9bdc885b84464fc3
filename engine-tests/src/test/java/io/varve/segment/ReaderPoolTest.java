package io.varve.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.RowBatch;
import io.varve.column.RowBuffer;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.testkit.MemoryFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Idle readers are bounded in number and bytes; the oldest go first. */
class ReaderPoolTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("user", DataType.string())
          .column("id", DataType.string())
          .build();

  private static final long MUCH = 1L << 40;

  private final MemoryFile file = file(20_000);

  private static MemoryFile file(int rows) {
    RowBuffer buffer = new RowBuffer(SCHEMA, 3, 0);
    for (int row = 0; row < rows; row++) {
      buffer.setTimestamp(0, row, 0);
      buffer.setString(1, "user-" + row % 1000);
      buffer.setString(2, "id-" + row);
      buffer.endRow();
    }
    RowBatch batch = buffer.batch();
    TableDefinition table =
        TableDefinition.builder(SCHEMA).idColumn("id").bloomColumns("user").build();
    MemoryFile written = new MemoryFile();
    try {
      SegmentOrigin origin = new SegmentOrigin(new UUID(1, 2), "", 3, List.of());
      SegmentWriter.write(written, batch, origin, SegmentOptions.of(table));
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
    return written;
  }

  private SegmentReader open() throws IOException {
    return SegmentReader.open(file.input());
  }

  private static void readAll(SegmentReader reader) throws IOException {
    for (Field field : SCHEMA.fields()) {
      for (int block = 0; block < reader.blockCount(); block++) {
        reader.read(block, field.id());
      }
    }
  }

  private static boolean isClosed(SegmentReader reader) {
    try {
      reader.zoneMap(1);
      return false;
    } catch (IllegalStateException closed) {
      return true;
    }
  }

  @Test
  void theReaderGivenBackLastIsTakenFirst() throws IOException {
    ReaderPool pool = new ReaderPool(10, MUCH);
    SegmentReader first = open();
    SegmentReader second = open();
    pool.giveBack("a", first);
    pool.giveBack("a", second);
    assertThat(pool.take("b")).isNull();
    assertThat(pool.take("a")).isSameAs(second);
    assertThat(pool.take("a")).isSameAs(first);
    assertThat(pool.take("a")).isNull();
    assertThat(pool.size()).isZero();
    assertThat(pool.heldBytes()).isZero();
  }

  @Test
  void theOldestIsClosedWhenThereAreTooMany() throws IOException {
    ReaderPool pool = new ReaderPool(2, MUCH);
    List<SegmentReader> readers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      readers.add(open());
      pool.giveBack(i, readers.get(i));
    }
    assertThat(readers)
        .extracting(ReaderPoolTest::isClosed)
        .containsExactly(true, true, false, false);
    assertThat(pool.take(1)).isNull();
    pool.giveBack(2, Objects.requireNonNull(pool.take(2))); // now 3 is the oldest
    pool.giveBack(4, open());
    assertThat(pool.take(3)).isNull();
    assertThat(pool.take(2)).isSameAs(readers.get(2));
  }

  @Test
  void whatReadersHoldIsBounded() throws IOException {
    SegmentReader fresh = open();
    SegmentReader read = open();
    readAll(read);
    long each = read.heldBytes();
    assertThat(each).as("columns that were read are counted").isGreaterThan(fresh.heldBytes());
    ReaderPool pool = new ReaderPool(1000, 3 * each);
    for (int i = 0; i < 20; i++) {
      SegmentReader reader = open();
      readAll(reader);
      pool.giveBack(i, reader);
      assertThat(pool.heldBytes()).isLessThanOrEqualTo(3 * each);
    }
    assertThat(pool.size()).isEqualTo(3);
    SegmentReader again = Objects.requireNonNull(pool.take(19));
    readAll(again);
    assertThat(again.heldBytes()).as("read again, it holds no more").isEqualTo(each);
  }

  @Test
  void oneThatHoldsMoreThanAllMayIsClosed() throws IOException {
    ReaderPool pool = new ReaderPool(10, 1);
    SegmentReader reader = open();
    pool.giveBack("a", reader);
    assertThat(isClosed(reader)).isTrue();
    assertThat(pool.size()).isZero();
    assertThat(pool.heldBytes()).isZero();
  }

  @Test
  void ofOneSegmentAFewAreKept() throws IOException {
    ReaderPool pool = new ReaderPool(10, MUCH);
    for (int i = 0; i < 6; i++) {
      pool.giveBack("a", open());
    }
    assertThat(pool.size()).isEqualTo(4);
  }

  @Test
  void aDroppedSegmentHasNone() throws IOException {
    ReaderPool pool = new ReaderPool(10, MUCH);
    SegmentReader dropped = open();
    SegmentReader kept = open();
    pool.giveBack("a", dropped);
    pool.giveBack("b", kept);
    pool.drop("a");
    assertThat(isClosed(dropped)).isTrue();
    assertThatThrownBy(() -> dropped.read(0, 1)).hasMessageContaining("is closed");
    assertThat(pool.take("a")).isNull();
    assertThat(pool.take("b")).isSameAs(kept);
  }
}
