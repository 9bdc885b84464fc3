package io.varve.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.encoding.BlockOptions;
import io.varve.io.CorruptFileException;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.segment.SegmentOptions;
import io.varve.segment.SegmentOrigin;
import io.varve.segment.SegmentReader;
import io.varve.segment.SegmentWriter;
import io.varve.tail.FrameRange;
import io.varve.tail.TailHeader;
import io.varve.tail.TailReader;
import io.varve.tail.TailWriter;
import io.varve.testkit.MemoryFile;
import io.varve.testkit.RandomRows;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** Rows that take the place of their file are those that its writer summed up, or none are. */
class RewrittenRowsTest {

  private static final UUID TABLE = new UUID(5, 6);
  private static final long WRITER = 7;

  @SeededTest(runs = 80)
  void segmentsAreRewrittenAsTheyAreOrNotAtAll(Random random) throws IOException {
    Schema schema = RandomRows.schema(random);
    RowBatch batch = RandomRows.batch(random, schema, 1 + random.nextInt(3000), WRITER);
    MemoryFile file = new MemoryFile();
    SegmentOrigin origin = new SegmentOrigin(TABLE, "", WRITER, List.of());
    SegmentWriter.write(
        file, batch, origin, new SegmentOptions(BlockOptions.SEALED, Set.of(), Set.of(), Set.of()));
    try (SegmentReader reader = SegmentReader.open(file.input())) {
      check(random, reader, 1);
    }
  }

  @SeededTest(runs = 80)
  void framesAreRewrittenAsTheyAreOrNotAtAll(Random random) throws IOException {
    Schema schema = RandomRows.schema(random);
    MemoryFile file = new MemoryFile();
    TailWriter writer = TailWriter.create(file, new TailHeader(TABLE, WRITER));
    for (int i = random.nextInt(3); i >= 0; i--) {
      int rows = 1 + random.nextInt(random.nextBoolean() ? 200 : 3000);
      writer.append(RandomRows.batch(random, schema, rows, WRITER), "a");
    }
    FrameRange range = new FrameRange(0, writer.position());
    try (TailReader reader = TailReader.open(file.input(), schema, range, null)) {
      check(random, reader, 64); // smaller frames note no sums
    }
  }

  private static void check(Random random, BlockSource source, int fewest) throws IOException {
    Schema schema = source.schema();
    for (int block = 0; block < source.blockCount(); block++) {
      RowBatch read = new RowBatch(schema);
      RowBatch rewritten = new RowBatch(schema);
      read.appendFrom(source, block);
      rewritten.rewriteFrom(source, block);
      assertThat(RandomRows.rows(rewritten)).isEqualTo(RandomRows.rows(read));
      int rows = source.rowCount(block);
      for (int column = 0; column < schema.size(); column++) {
        int row = random.nextInt(rows);
        if (rows >= fewest
            && schema.storage(column) == Storage.LONG
            && !read.column(column).isNull(row)) {
          BlockSource wrong =
              misreading(source, schema.field(column).id(), row, random.nextInt(Long.SIZE));
          int at = block;
          assertThatThrownBy(() -> new RowBatch(schema).rewriteFrom(wrong, at))
              .as("column %s of block %s", column, block)
              .isInstanceOf(CorruptFileException.class)
              .hasMessageContaining("'" + schema.field(column).name() + "'")
              .hasMessageContaining("varve verify --deep");
        }
      }
    }
  }

  /** Returns the source, but one bit of a column is another than it was written. */
  private static BlockSource misreading(BlockSource source, int fieldId, int row, int bit) {
    return (BlockSource)
        Proxy.newProxyInstance(
            BlockSource.class.getClassLoader(),
            new Class<?>[] {BlockSource.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(source, arguments);
                if (method.getName().equals("read") && arguments[1].equals(fieldId)) {
                  LongColumn spoiled = new LongColumn();
                  LongColumn values = (LongColumn) result;
                  for (int i = 0; i < values.size(); i++) {
                    if (values.isNull(i)) {
                      spoiled.appendNull();
                    } else {
                      spoiled.append(values.get(i) ^ (i == row ? 1L << bit : 0));
                    }
                  }
                  return spoiled;
                }
                return result;
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            });
  }
}
