package io.varve.column;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.encoding.BlockOptions;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import io.varve.segment.SegmentOptions;
import io.varve.segment.SegmentOrigin;
import io.varve.segment.SegmentWriter;
import io.varve.tail.FrameRange;
import io.varve.tail.TailHeader;
import io.varve.tail.TailReader;
import io.varve.tail.TailWriter;
import io.varve.testkit.MemoryFile;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A buffer that numbers texts as they come holds the same rows as one that does not: the segment
 * has the same bytes, and frames of it read alike. Nothing may depend on what the dictionary knows
 * from earlier rows, or on when a column turns out not to be worth one.
 */
class InterningRandomTest {

  private static final int TEXTS = 3;
  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("a", DataType.string())
          .column("b", DataType.string())
          .column("c", DataType.of(TypeKind.BYTES))
          .build();

  private final RowBuffer plain = new RowBuffer(SCHEMA, 1, 0);
  private final RowBuffer interned = plain.another(true);

  @SeededTest(runs = 50)
  void bothHoldTheSame(Random random) throws IOException {
    int rounds = 1 + random.nextInt(4);
    for (int round = 0; round < rounds; round++) {
      plain.clear();
      interned.clear();
      addRows(random);
      if (plain.batch().rowCount() > 0) {
        assertThat(segment(interned)).isEqualTo(segment(plain));
        assertSame(tail(interned), tail(plain));
      }
    }
  }

  private void addRows(Random random) {
    int rows = random.nextInt(random.nextInt(3) == 0 ? 5000 : 300);
    int[] kinds = new int[TEXTS];
    for (int i = 0; i < TEXTS; i++) {
      kinds[i] = random.nextInt(11);
    }
    for (int row = 0; row < rows; row++) {
      long time = random.nextInt(50) == 0 ? random.nextInt(1000) : row;
      @Nullable String[] values = new @Nullable String[TEXTS];
      for (int i = 0; i < TEXTS; i++) {
        values[i] = value(kinds[i], row, random);
      }
      boolean given = random.nextInt(100) > 0;
      for (RowBuffer buffer : List.of(plain, interned)) {
        buffer.setNext(buffer.nextSequence(), row / 1700);
        buffer.setTimestamp(0, time, 0);
        set(buffer, values);
        if (given) {
          buffer.endRow();
        } else {
          buffer.abandonRow();
        }
      }
    }
  }

  private static void set(RowBuffer buffer, @Nullable String[] values) {
    for (int i = 0; i < TEXTS; i++) {
      String value = values[i];
      if (value != null && i == TEXTS - 1) {
        buffer.setBytes(1 + i, value.getBytes(StandardCharsets.UTF_8));
      } else if (value != null) {
        buffer.setString(1 + i, value);
      }
    }
  }

  private static @Nullable String value(int kind, int row, Random random) {
    return switch (kind) {
      case 0 -> "same";
      case 1 -> random.nextInt(4) == 0 ? null : "few " + random.nextInt(9);
      case 2 -> "one of many " + random.nextInt(2000);
      case 3 -> "\u00fcnique " + row;
      case 4 -> null;
      case 5 -> row / BlockSource.MAX_BLOCK_ROWS % 2 == 0 ? null : "in every other block";
      case 6 -> row < 1500 ? "few " + row % 7 : "many " + row;
      case 7 -> row < 1500 ? null : "\u00fcnique " + row;
      case 8 -> random.nextInt(300) == 0 ? "huge".repeat(random.nextInt(60_000)) : "";
      case 9 -> random.nextInt(2) == 0 ? "" : null;
      default -> random.nextInt(500) == 0 ? "long".repeat(400) : "\ud800" + random.nextInt(40);
    };
  }

  /** No row has a value, or has it in a block, or the dictionary remembers values of other rows. */
  @Test
  void nullsNeedNoValueInTheDictionary() throws IOException {
    for (int known = 0; known < 2; known++) {
      for (RowBuffer buffer : List.of(plain, interned)) {
        addRow(buffer, known == 0 ? null : "known");
        for (int row = 0; row < 3000; row++) {
          addRow(buffer, null);
        }
      }
      assertThat(segment(interned)).isEqualTo(segment(plain));
      assertSame(tail(interned), tail(plain));
      plain.clear();
      interned.clear();
    }
    addRow(plain, null);
    addRow(interned, null);
    assertThat(segment(interned)).isEqualTo(segment(plain));
    assertSame(tail(interned), tail(plain));
  }

  private static void addRow(RowBuffer buffer, @Nullable String value) {
    buffer.setTimestamp(0, 1, 0);
    set(buffer, new @Nullable String[] {value, value, value});
    buffer.endRow();
  }

  private static byte[] segment(RowBuffer rows) throws IOException {
    MemoryFile file = new MemoryFile();
    SegmentOrigin origin = new SegmentOrigin(new UUID(1, 2), "p", 1, List.of());
    SegmentOptions options =
        new SegmentOptions(BlockOptions.SEALED, Set.of(), Set.of(2), Set.of(1));
    SegmentWriter.write(file, rows.batch(), origin, options);
    return file.toByteArray();
  }

  private static MemoryFile tail(RowBuffer rows) throws IOException {
    MemoryFile file = new MemoryFile();
    try (TailWriter tail = TailWriter.create(file, new TailHeader(new UUID(1, 2), 1))) {
      tail.append(rows.batch(), "p");
    }
    return file;
  }

  private static TailReader open(MemoryFile file) throws IOException {
    return TailReader.open(file.input(), SCHEMA, new FrameRange(0, file.position()), "p");
  }

  private static void assertSame(MemoryFile left, MemoryFile right) throws IOException {
    try (TailReader one = open(left);
        TailReader other = open(right)) {
      assertThat(one.blockCount()).isEqualTo(other.blockCount());
      RowBatch batch = new RowBatch(SCHEMA);
      RowBatch expected = new RowBatch(SCHEMA);
      for (int block = 0; block < one.blockCount(); block++) {
        batch.appendFrom(one, block);
        expected.appendFrom(other, block);
      }
      assertThat(batch.rowCount()).isEqualTo(expected.rowCount());
      for (int i = 1; i <= TEXTS; i++) {
        BinaryColumn values = (BinaryColumn) batch.column(i);
        BinaryColumn wanted = (BinaryColumn) expected.column(i);
        for (int row = 0; row < batch.rowCount(); row++) {
          assertThat(values.isNull(row)).isEqualTo(wanted.isNull(row));
          if (!values.isNull(row)) {
            assertThat(values.getString(row)).isEqualTo(wanted.getString(row));
          }
        }
      }
    }
  }
}
