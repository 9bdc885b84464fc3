package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.RecordMapping;
import io.varve.column.RowBuffer;
import io.varve.query.BatchSource;
import io.varve.query.Block;
import io.varve.query.RowCursor;
import io.varve.query.Selection;
import io.varve.schema.DataType;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordReaderTest {

  /** Every type that a component can have, but bytes, whose records are equal by identity. */
  record Primitives(
      Instant ts, boolean a, byte b, short c, int d, long e, float f, double g, BigDecimal h) {}

  record Wrapped(
      LocalDateTime ts,
      @Nullable Boolean a,
      @Nullable Byte b,
      @Nullable Short c,
      @Nullable Integer d,
      @Nullable Long e,
      @Nullable Float f,
      @Nullable Double g,
      @Nullable BigDecimal h,
      @Nullable String i,
      @Nullable LocalDate j,
      @Nullable LocalTime k,
      @Nullable Instant l) {}

  record Bytes(byte[] raw, byte[] text) {}

  private static Schema.Builder numbers(DataType time) {
    return Schema.builder()
        .timeColumn("ts", time)
        .column("a", DataType.bool())
        .column("b", DataType.of(TypeKind.INT8))
        .column("c", DataType.of(TypeKind.INT16))
        .column("d", DataType.int32())
        .column("e", DataType.int64())
        .column("f", DataType.of(TypeKind.FLOAT))
        .column("g", DataType.float64())
        .column("h", DataType.decimal(30, 3));
  }

  /** Stores records and reads them back through a cursor over all columns. */
  private static <T extends Record> List<T> roundTrip(Schema schema, Class<T> type, List<T> records)
      throws Exception {
    RowBuffer buffer = new RowBuffer(schema, 1, 0);
    RecordMapping<T> mapping = new RecordMapping<>(type, schema);
    for (T record : records) {
      mapping.set(record, buffer);
      buffer.endRow();
    }
    return read(schema, RowReader.ofRecord(type), buffer);
  }

  private static <T> List<T> read(Schema schema, RowReader<T> reader, RowBuffer buffer)
      throws Exception {
    RowCursor cursor = new RowCursor(schema, IntStream.range(0, schema.size()).toArray());
    Selection all = new Selection();
    all.selectAll(buffer.batch().rowCount());
    cursor.open(new Block(new BatchSource("rows", buffer.batch()), 0), all);
    reader.open(schema.fields());
    List<T> read = new ArrayList<>();
    while (cursor.next()) {
      read.add(reader.read(cursor));
    }
    return read;
  }

  @Test
  void readsPrimitives() throws Exception {
    Schema schema = numbers(DataType.timestampLtz(9)).build();
    List<Primitives> records =
        List.of(
            new Primitives(
                Instant.parse("1969-12-31T23:59:59.999999999Z"),
                true,
                Byte.MIN_VALUE,
                Short.MAX_VALUE,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                1.5f,
                Double.MIN_VALUE,
                new BigDecimal("-123456789012345678901.234")));

    assertThat(roundTrip(schema, Primitives.class, records)).isEqualTo(records);
  }

  @Test
  void readsObjectsAndNulls() throws Exception {
    Schema schema =
        numbers(DataType.timestamp(9))
            .column("i", DataType.string())
            .column("j", DataType.of(TypeKind.DATE))
            .column("k", DataType.of(TypeKind.TIME))
            .column("l", DataType.timestampLtz(3))
            .build();
    LocalDateTime time = LocalDateTime.parse("2262-01-01T00:00:00.000000001");
    List<Wrapped> records =
        List.of(
            new Wrapped(
                time,
                false,
                (byte) 1,
                (short) 2,
                3,
                4L,
                5f,
                6.0,
                new BigDecimal("7.000"),
                "Zürich",
                LocalDate.of(1582, 10, 15),
                LocalTime.of(23, 59, 59, 999_999_999),
                Instant.ofEpochMilli(-1)),
            new Wrapped(
                time, null, null, null, null, null, null, null, null, null, null, null, null));

    assertThat(roundTrip(schema, Wrapped.class, records)).isEqualTo(records);
  }

  @Test
  void readsBytes() throws Exception {
    Schema schema =
        Schema.builder()
            .timeColumn("ts", DataType.timestamp(3))
            .column("raw", DataType.bytes())
            .column("text", DataType.string())
            .build();
    RowBuffer buffer = new RowBuffer(schema, 1, 0);
    buffer.setTimestamp(0, 0, 0);
    buffer.setBytes(1, new byte[] {0, -1});
    buffer.setString(2, "ü");
    buffer.endRow();

    Bytes read = read(schema, RowReader.ofRecord(Bytes.class), buffer).get(0);

    assertThat(read.raw()).containsExactly(0, -1);
    assertThat(read.text()).containsExactly(0xc3, 0xbc);
  }

  @Test
  void refusesANullInAPrimitive() {
    Schema schema = numbers(DataType.timestampLtz(9)).build();
    RowBuffer buffer = new RowBuffer(schema, 1, 0);
    buffer.setTimestamp(0, 0, 0);
    buffer.endRow();

    assertThatThrownBy(() -> read(schema, RowReader.ofRecord(Primitives.class), buffer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no value in column 'a'")
        .hasMessageContaining("wrapper");
  }

  record Narrow(int e) {}

  record Unknown(long nope) {}

  @Test
  void refusesComponentsWithoutAFittingColumn() {
    List<Field> columns = numbers(DataType.timestampLtz(9)).build().fields();

    assertThatThrownBy(() -> RowReader.ofRecord(Narrow.class).open(columns))
        .hasMessage("component 'e' of type int can't hold column type int64");
    assertThatThrownBy(() -> RowReader.ofRecord(Unknown.class).open(columns))
        .hasMessageContaining("component 'nope' of record Unknown is no selected column")
        .hasMessageContaining("[ts, a, b");
  }
}
