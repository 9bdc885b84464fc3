package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text of {@code ttl.by-partition}, and what is refused when it is set. */
class PartitionTtlTest {

  private static final long DAY = 86_400_000;
  private static final TableDefinition TABLE =
      TableDefinition.builder(
              Schema.builder()
                  .timeColumn("ts", DataType.timestamp(3))
                  .column("tenant", DataType.string())
                  .column("day", DataType.of(TypeKind.DATE))
                  .column("rate", DataType.float64())
                  .column("n", DataType.int64())
                  .build())
          .partitionedBy("tenant", "day", "rate")
          .build();

  @TempDir Path directory;

  @Test
  void rulesAreColumnsValuesAndAnAge() {
    List<PartitionTtl.Rule> rules =
        PartitionTtl.parse("tenant=free:1 d; tenant = acme / day = 2026-01-31 : PT12H;").rules();
    assertThat(rules)
        .containsExactly(
            new PartitionTtl.Rule(new java.util.TreeMap<>(Map.of("tenant", "free")), DAY),
            new PartitionTtl.Rule(
                new java.util.TreeMap<>(Map.of("tenant", "acme", "day", "2026-01-31")), DAY / 2));
  }

  /** The last colon ends the values, so that one in a time of day does not. */
  @ParameterizedTest
  @CsvSource({
    "'tenant=%2F%3D%3b%25%20:1 d', '/=;% '",
    "'tenant=a:b:forever', 'a:b'",
    "'tenant=caf%C3%A9:1 d', 'café'",
    "'tenant=café:1 d', 'café'",
    "'tenant=%25null:1 d', '%null'",
    "'tenant=%empty:1 d', ''",
    "'tenant=null:1 d', 'null'"
  })
  void valuesAreEscapedAsInDirectories(String text, String value) {
    assertThat(PartitionTtl.parse(text).rules().get(0).values()).containsEntry("tenant", value);
  }

  @Test
  void aNullIsAValue() {
    PartitionTtl.Rule rule = PartitionTtl.parse("tenant=%null:forever").rules().get(0);
    assertThat(rule.values()).isEqualTo(Collections.singletonMap("tenant", null));
    assertThat(rule.millis()).isEqualTo(UpkeepOptions.FOREVER);
  }

  @ParameterizedTest
  @CsvSource({
    "' ; ', there is no rule",
    "tenant=free, has no age",
    "free:1 d, is no column=value",
    "tenant=a=b:1 d, = as %3D",
    "=a:1 d, is no column=value",
    "tenant=:1 d, write %empty",
    "tenant=5%:1 d, write % as %25",
    "tenant=5%zz:1 d, write % as %25",
    "tenant=%C3:1 d, are no UTF-8",
    "tenant=a/tenant=b:1 d, twice",
    "tenant=a:3 fortnights, is no age such as",
    "tenant=a:0 s, forever keeps rows"
  })
  void whatIsNoRuleIsRefusedWithTheRemedy(String text, String message) {
    assertThatThrownBy(() -> PartitionTtl.parse(text))
        .isInstanceOfSatisfying(
            InvalidOptionException.class,
            e -> assertThat(e.code()).isEqualTo("VARVE-INVALID-OPTION"))
        .hasMessageStartingWith("ttl.by-partition: ")
        .hasMessageContaining(message);
  }

  @Test
  void thereIsALimit() {
    String rule = "tenant=a:1 d;";
    assertThatThrownBy(() -> PartitionTtl.parse(rule.repeat(PartitionTtl.MAX_RULES + 1)))
        .hasMessageContaining("there are 101 rules; at most 100");
  }

  @ParameterizedTest
  @CsvSource({
    "n=1:1 d, 'is no partition column; name one of [tenant, day, rate]'",
    "rate=1:1 d, is of type",
    "day=monday:1 d, 'is no value of type date'",
    "tenant=a:1 d;tenant=%61:2 d, two rules for tenant=a",
    "tenant=a:1 d;day=2026-01-31:2 d, add a rule that names the columns of both"
  })
  void whatDoesNotFitTheTableIsRefusedWhenItIsSet(String text, String message) throws IOException {
    try (TestTable table = TestTable.create(directory, TABLE)) {
      TableMaintenance maintenance = new TableMaintenance(table.table(), "test", () -> 1);
      Map<String, String> option = Map.of("ttl.by-partition", text);
      assertThatThrownBy(() -> maintenance.checkOptions(option))
          .isInstanceOf(InvalidOptionException.class);
      assertThatThrownBy(() -> maintenance.setOptions(option, ""))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining(message);
      assertThat(TableSnapshot.latest(table.table()).table().options())
          .isEqualTo(TableOptions.NONE);
    }
  }

  @Test
  void aTableHoldsTheRulesBeforeWhatAJobSays() throws IOException {
    try (TestTable table = TestTable.create(directory, TABLE)) {
      TableMaintenance maintenance = new TableMaintenance(table.table(), "test", () -> 1);
      String text = "tenant=a:1 d;day=2026-01-31:2 d;tenant=a/day=2026-01-31:3 d";
      maintenance.setOptions(Map.of("ttl.by-partition", text), "");
      UpkeepOptions job =
          new UpkeepOptions(HistoryOptions.DEFAULTS, 1, 7, PartitionTtl.parse("tenant=b:1 d"));
      UpkeepOptions held = TableSnapshot.latest(table.table()).table().options().applyTo(job);
      assertThat(held.ttlByPartition()).isEqualTo(PartitionTtl.parse(text));
      assertThat(held.ttlMillis()).isEqualTo(7);
      Map<String, String> reset = new java.util.HashMap<>();
      reset.put("ttl.by-partition", null);
      maintenance.setOptions(reset, "");
      assertThat(TableSnapshot.latest(table.table()).table().options().applyTo(job)).isEqualTo(job);
    }
  }
}
