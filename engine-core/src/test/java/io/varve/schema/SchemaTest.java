package io.varve.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("narrow", DataType.decimal(18, 2))
          .column("wide", DataType.decimal(19, 2))
          .column("coarse", DataType.timestamp(3))
          .column("fine", DataType.timestamp(6))
          .build();

  @Test
  void holdsTheTimeColumnInNanosecondsAndOtherFineTimestampsInPairs() {
    assertThat(SCHEMA.storage(0)).isEqualTo(Storage.LONG);
    assertThat(SCHEMA.storage(1)).isEqualTo(Storage.LONG);
    assertThat(SCHEMA.storage(2)).isEqualTo(Storage.PAIR);
    assertThat(SCHEMA.storage(3)).isEqualTo(Storage.LONG);
    assertThat(SCHEMA.storage(4)).isEqualTo(Storage.PAIR);
  }

  @Test
  void refusesWhatCannotBeASchema() {
    Field time = new Field(1, "ts", DataType.timestamp(3), false);
    assertThatThrownBy(() -> new Schema(1, List.of(time, time), 1)).hasMessageContaining("'ts'");
    assertThatThrownBy(() -> new Schema(1, List.of(time), 2)).hasMessageContaining("time column");
    assertThatThrownBy(() -> new Schema(1, List.of(new Field(1, "ts", time.type(), true)), 1))
        .hasMessageContaining("NOT NULL");
    assertThatThrownBy(() -> new Schema(1, List.of(new Field(1, "n", DataType.int64(), false)), 1))
        .hasMessageContaining("must be a timestamp");
    assertThatThrownBy(() -> DataType.decimal(39, 0)).hasMessageContaining("precision 39");
    assertThatThrownBy(() -> SCHEMA.indexOf("Narrow")).hasMessageContaining("[ts, narrow, wide");
  }

  @Test
  void refusesRolesOfColumnsThatAreNotThere() {
    assertThatThrownBy(() -> TableDefinition.builder(SCHEMA).idColumn("id").build())
        .hasMessageContaining("id column 'id' is not in the schema");
    assertThatThrownBy(() -> TableDefinition.builder(SCHEMA).idColumn("wide").build())
        .hasMessageContaining("id column 'wide' is decimal(19, 2); ids are text");
    assertThatThrownBy(() -> TableDefinition.builder(SCHEMA).bucketedBy(0, "narrow").build())
        .hasMessageContaining("1 to 65536 buckets, not 0");
    assertThatThrownBy(() -> TableDefinition.builder(SCHEMA).timeZone("Mars/Olympus").build())
        .hasMessageContaining("Mars/Olympus");
  }

  @Test
  void numbersOfTypesAreWhatTheyEverWere() {
    assertThat(TypeKind.values())
        .extracting(TypeKind::number)
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    for (TypeKind kind : TypeKind.values()) {
      assertThat(TypeKind.ofNumber(kind.number())).isEqualTo(kind);
    }
  }

  @Test
  void readsProjectionsFromTextAndRefusesWhatTheyCanNotHold() {
    Projection daily = Projection.parse("p", "Day, narrow", "sum(narrow), count(*), MAX(wide)");
    assertThat(daily.timeBucket()).isEqualTo("day");
    assertThat(daily.columns()).containsExactly("narrow");
    assertThat(daily.aggregates().toString()).isEqualTo("[sum(narrow), max(wide)]");
    TableDefinition.builder(SCHEMA).projection(daily).build();
    assertThatThrownBy(
            () -> TableDefinition.builder(SCHEMA).projection(daily).projection(daily).build())
        .hasMessageContaining("two projections are called 'p'");
    Projection wide = Projection.parse("w", "day", "sum(wide)");
    assertThatThrownBy(() -> TableDefinition.builder(SCHEMA).projection(wide).build())
        .hasMessageContaining("projection 'w': sum(wide) of decimal(19, 2)");
    Projection time = Projection.parse("t", "ts", "");
    assertThatThrownBy(() -> TableDefinition.builder(SCHEMA).projection(time).build())
        .hasMessageContaining("name a span of time instead");
    assertThatThrownBy(() -> Projection.parse("p", "day", "avg(narrow)"))
        .hasMessageContaining("an average comes from a sum");
    assertThatThrownBy(() -> Projection.parse("p", "", "sum(narrow)"))
        .hasMessageContaining("nothing to group by");
  }
}
