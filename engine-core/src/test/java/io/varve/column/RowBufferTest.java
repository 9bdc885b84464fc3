package io.varve.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.schema.DataType;
import io.varve.schema.HiddenField;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RowBufferTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(9))
          .column("name", DataType.string())
          .requiredColumn("count", DataType.int32())
          .column("price", DataType.decimal(4, 2))
          .column("wide", DataType.decimal(30, 2))
          .column("ratio", DataType.of(TypeKind.FLOAT))
          .column("seen", DataType.timestamp(9))
          .build();

  private final RowBuffer rows = new RowBuffer(SCHEMA, 42, 100);

  private void required() {
    rows.setLong(0, 5);
    rows.setLong(2, 1);
  }

  @Test
  void holdsValuesNullsAndHiddenColumns() {
    rows.setNext(100, 3);
    required();
    rows.setString(1, "é");
    rows.setDecimal(3, new BigDecimal("12.5"));
    rows.setTimestamp(6, -1, 999_999);
    rows.endRow();
    required();
    rows.endRow();

    RowBatch batch = rows.batch();
    assertThat(batch.rowCount()).isEqualTo(2);
    assertThat(((BinaryColumn) batch.column(1)).getString(0)).isEqualTo("é");
    assertThat(batch.column(1).isNull(1)).isTrue();
    assertThat(((LongColumn) batch.column(3)).get(0)).isEqualTo(1250);
    assertThat(((PairColumn) batch.column(6)).high()[0]).isEqualTo(-1);
    assertThat(batch.hidden(HiddenField.WRITER).get(1)).isEqualTo(42);
    assertThat(batch.hidden(HiddenField.LAYER).get(0)).isEqualTo(3);
    assertThat(batch.hidden(HiddenField.SEQUENCE).get(1)).isEqualTo(101);
    assertThat(rows.nextSequence()).isEqualTo(102);
  }

  @Test
  void turnsTheTimeColumnIntoNanoseconds() {
    rows.setTimestamp(0, 2, 7);
    rows.setLong(2, 1);
    rows.endRow();
    assertThat(rows.batch().time().get(0)).isEqualTo(2_000_007);
  }

  @Test
  void refusesATimeFinerThanTheDigitsOfItsColumn() {
    Schema schema =
        Schema.builder()
            .timeColumn("ts", DataType.timestampLtz(3))
            .column("tenths", DataType.timestamp(1))
            .column("micros", DataType.timestamp(6))
            .build();
    RowBuffer buffer = new RowBuffer(schema, 42, 100);
    buffer.setTimestamp(0, 7, 0);
    buffer.setTimestamp(1, -1200, 0);
    buffer.setTimestamp(2, -1, 999_000);
    buffer.endRow();
    assertThatThrownBy(() -> buffer.setTimestamp(0, 7, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row 101, column 'ts' (timestamp_ltz(3) not null)")
        .hasMessageContaining("more digits");
    assertThatThrownBy(() -> buffer.setLong(0, 7_000_001)).hasMessageContaining("more digits");
    assertThatThrownBy(() -> buffer.setTimestamp(1, 50, 0)).hasMessageContaining("more digits");
    assertThatThrownBy(() -> buffer.setTimestamp(1, 0, 1)).hasMessageContaining("millisecond");
    assertThatThrownBy(() -> buffer.setTimestamp(2, 0, 999)).hasMessageContaining("more digits");
    buffer.setLong(0, -7_000_000);
    buffer.endRow();
    assertThat(buffer.batch().rowCount()).isEqualTo(2);
    assertThat(buffer.batch().time().get(1)).isEqualTo(-7_000_000);
  }

  @Test
  void refusesATimeBeyondTheYear2262AndDropsTheRow() {
    rows.setLong(2, 1);
    assertThatThrownBy(() -> rows.setTimestamp(0, Long.MAX_VALUE / 1000, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row 100, column 'ts'")
        .hasMessageContaining("1677 and 2262");
    required();
    rows.endRow();
    assertThat(rows.batch().rowCount()).isEqualTo(1);
  }

  @Test
  void refusesAMissingRequiredValueAndDropsTheRow() {
    rows.setLong(0, 5);
    rows.setString(1, "x");
    assertThatThrownBy(rows::endRow)
        .hasMessage("row 100, column 'count' (int32 not null): it must have a value");
    assertThat(rows.batch().rowCount()).isZero();
    assertThat(rows.batch().column(1).size()).isZero();
  }

  @Test
  void refusesValuesThatTheTypeCannotHold() {
    assertThatThrownBy(() -> rows.setLong(2, 1L << 31)).hasMessageContaining("out of range");
    assertThatThrownBy(() -> rows.setDecimal(3, new BigDecimal("123.45")))
        .hasMessageContaining("too many digits");
    assertThatThrownBy(() -> rows.setDecimal(3, new BigDecimal("1.234")))
        .hasMessageContaining("more digits after the point");
    assertThatThrownBy(() -> rows.setDouble(5, 0.1)).hasMessageContaining("32-bit");
    assertThatThrownBy(() -> rows.setString(2, "1")).hasMessageContaining("can't take");
    required();
    assertThatThrownBy(() -> rows.setLong(2, 2)).hasMessageContaining("set twice");
  }

  @Test
  void keepsWideDecimalsExactly() {
    required();
    BigDecimal value = new BigDecimal("-1234567890123456789012345678.99");
    rows.setDecimal(4, value);
    rows.endRow();
    PairColumn wide = (PairColumn) rows.batch().column(4);
    Int128 held = new Int128(wide.high()[0], wide.low()[0]);
    assertThat(new BigDecimal(held.toBigInteger(), 2)).isEqualTo(value);
  }

  /** Bringing such a number into the column's scale would take all time and memory there is. */
  @Test
  @Timeout(20)
  void refusesADecimalOfManyDigitsAtOnce() {
    assertThatThrownBy(() -> rows.setDecimal(3, new BigDecimal("1e100000000")))
        .hasMessageContaining("too many digits");
    rows.setLong(0, 5);
    rows.setLong(2, 1);
    rows.setDecimal(3, new BigDecimal("0e100000000").stripTrailingZeros());
    rows.endRow();
    assertThat(((LongColumn) rows.batch().column(3)).get(0)).isZero();
  }

  @Test
  void countsTheBytesOfItsRows() {
    required();
    rows.endRow();
    long fixed = rows.bytes();
    required();
    rows.setString(1, "x".repeat(1000));
    rows.endRow();
    assertThat(rows.bytes()).isEqualTo(2 * fixed + 1000);
    rows.clear();
    assertThat(rows.bytes()).isZero();
    assertThat(rows.batch().rowCount()).isZero();
  }
}
