package io.varve.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.schema.DataType;
import io.varve.schema.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordMappingTest {

  record Sale(
      Instant time,
      @Nullable String customer,
      int items,
      @Nullable Long bonus,
      float weight,
      boolean paid,
      LocalDate due,
      LocalDateTime seen) {}

  record Priced(Instant time, BigDecimal price) {}

  @Test
  void writesEveryKindOfComponent() {
    Schema schema = RecordMapping.schemaOf(Sale.class, "time");
    assertThat(schema.timeField().name()).isEqualTo("time");
    assertThat(schema.field(2).nullable()).isFalse();
    assertThat(schema.field(3).nullable()).isTrue();
    RecordMapping<Sale> mapping = new RecordMapping<>(Sale.class, schema);
    RowBuffer rows = new RowBuffer(schema, 1, 0);
    Instant before1970 = Instant.ofEpochSecond(-1, 999_999_999);
    LocalDateTime seen = LocalDateTime.of(1969, 12, 31, 23, 59, 59, 5);
    mapping.set(
        new Sale(before1970, "x", 3, null, 0.5f, true, LocalDate.of(1970, 1, 3), seen), rows);
    rows.endRow();
    RowBatch batch = rows.batch();
    assertThat(batch.time().get(0)).isEqualTo(-1);
    assertThat(((BinaryColumn) batch.column(1)).getString(0)).isEqualTo("x");
    assertThat(((LongColumn) batch.column(2)).get(0)).isEqualTo(3);
    assertThat(batch.column(3).isNull(0)).isTrue();
    assertThat(((DoubleColumn) batch.column(4)).get(0)).isEqualTo(0.5);
    assertThat(((LongColumn) batch.column(5)).get(0)).isEqualTo(1);
    assertThat(((LongColumn) batch.column(6)).get(0)).isEqualTo(2);
    PairColumn pairs = (PairColumn) batch.column(7);
    assertThat(pairs.high()[0]).isEqualTo(-1000);
    assertThat(pairs.low()[0]).isEqualTo(5);
  }

  @Test
  void writesDecimalsIntoAnExplicitSchema() {
    Schema schema =
        Schema.builder()
            .timeColumn("time", DataType.timestampLtz(9))
            .column("price", DataType.decimal(10, 2))
            .build();
    RowBuffer rows = new RowBuffer(schema, 1, 0);
    new RecordMapping<>(Priced.class, schema)
        .set(new Priced(Instant.EPOCH, new BigDecimal("1.50")), rows);
    rows.endRow();
    assertThat(((LongColumn) rows.batch().column(1)).get(0)).isEqualTo(150);
  }

  @Test
  void saysWhichComponentDoesNotFit() {
    assertThatThrownBy(() -> RecordMapping.schemaOf(Priced.class, "time"))
        .hasMessageContaining("BigDecimal of component 'price'");
    Schema schema = RecordMapping.schemaOf(Sale.class, "time");
    assertThatThrownBy(() -> new RecordMapping<>(Priced.class, schema))
        .hasMessageContaining("no column is named 'price'");
    Schema other =
        Schema.builder()
            .timeColumn("time", DataType.timestampLtz(9))
            .column("price", DataType.string())
            .build();
    assertThatThrownBy(() -> new RecordMapping<>(Priced.class, other))
        .hasMessageContaining("'price' of type BigDecimal does not fit column type string");
  }

  record Sentinel(Instant time, LocalDateTime until) {}

  @Test
  void callsATimeBeyondAllRangesAnInvalidRow() {
    Schema schema = RecordMapping.schemaOf(Sentinel.class, "time");
    RecordMapping<Sentinel> mapping = new RecordMapping<>(Sentinel.class, schema);
    RowBuffer rows = new RowBuffer(schema, 1, 0);
    assertThatThrownBy(() -> mapping.set(new Sentinel(Instant.MAX, LocalDateTime.MIN), rows))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> mapping.set(new Sentinel(Instant.MIN, LocalDateTime.MIN), rows))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(rows.batch().column(0).size()).isZero();
    mapping.set(new Sentinel(Instant.EPOCH, LocalDateTime.of(9999, 12, 31, 0, 0)), rows);
    rows.endRow();
    assertThat(rows.batch().rowCount()).isEqualTo(1);
  }
}
