package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.RowSink;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.testkit.MemoryFileStore;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows of partitions with values that are hard to tell apart, under rules that change: after each
 * round exactly those have gone that a list of rows with the same rules loses, and none comes back.
 */
class PartitionTtlModelTest {

  private static final long HOUR = 3_600_000;
  private static final List<@Nullable String> TENANTS =
      Arrays.asList(null, "", "Acme", "acme", "null", "a/b=;%:c");
  private static final List<@Nullable Long> REGIONS = Arrays.asList(null, 1L, 2L);
  private static final TableDefinition TABLE =
      TableDefinition.builder(
              Schema.builder()
                  .timeColumn("ts", DataType.timestamp(3))
                  .column("n", DataType.int64())
                  .column("tenant", DataType.string())
                  .column("region", DataType.int64())
                  .build())
          .partitionedBy("tenant", "region")
          .build();

  private final List<ModelRow> model = new ArrayList<>();
  private long now = 1_700_000_000_000L;
  private long numbers;

  private record ModelRow(long n, long time, @Nullable String tenant, @Nullable Long region) {}

  /** A rule as the model knows it; a column that is not asked for may have any value. */
  private record ModelRule(
      boolean byTenant,
      @Nullable String tenant,
      boolean byRegion,
      @Nullable Long region,
      long hours) {

    boolean meets(ModelRow row) {
      return (!byTenant || Objects.equals(tenant, row.tenant()))
          && (!byRegion || Objects.equals(region, row.region()));
    }

    int columns() {
      return (byTenant ? 1 : 0) + (byRegion ? 1 : 0);
    }

    String text() {
      List<String> parts = new ArrayList<>();
      if (byTenant) {
        parts.add("tenant=" + escaped(tenant));
      }
      if (byRegion) {
        parts.add("region=" + (region == null ? "%null" : region));
      }
      return String.join("/", parts) + ":" + (hours == 0 ? "forever" : hours + " h");
    }

    private static String escaped(@Nullable String value) {
      if (value == null) {
        return "%null";
      }
      StringBuilder text = new StringBuilder(value.isEmpty() ? "%empty" : "");
      for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
        text.append(Character.isLetter(b) ? "" + (char) b : String.format("%%%02X", b));
      }
      return text.toString();
    }
  }

  @SeededTest(runs = 30)
  void exactlyTheRowsGoThatHaveOutlivedTheirRule(Random random) throws IOException {
    try (TestTable table = TestTable.create(new MemoryFileStore(), TABLE, WriterOptions.DEFAULTS)) {
      TableUpkeep upkeep = new TableUpkeep(table.table(), "a test", () -> now);
      List<ModelRule> rules = rules(random);
      long others = random.nextInt(3) * 60L;
      for (int round = 0; round < 8; round++) {
        add(random, table);
        now += random.nextInt(30) * HOUR;
        if (random.nextInt(4) == 0) {
          rules = rules(random);
          others = random.nextInt(3) * 60L;
        }
        if (random.nextInt(4) == 0) {
          merge(table.table());
        }
        String text = rules.stream().map(ModelRule::text).collect(Collectors.joining("; "));
        upkeep.dropExpiredRows(
            new UpkeepOptions(
                HistoryOptions.DEFAULTS,
                1,
                others * HOUR,
                rules.isEmpty() ? PartitionTtl.NONE : PartitionTtl.parse(text)));
        drop(rules, others);
        assertThat(UpkeepFixture.rows(TableSnapshot.latest(table.table())))
            .as(text)
            .containsExactlyElementsOf(model.stream().map(ModelRow::n).sorted().toList());
      }
    }
  }

  /** Returns rules by one column, or by either with rules by both where they meet. */
  private static List<ModelRule> rules(Random random) {
    List<ModelRule> rules = new ArrayList<>();
    for (String tenant : TENANTS) {
      if (random.nextInt(3) == 0) {
        rules.add(new ModelRule(true, tenant, false, null, hours(random)));
      }
    }
    boolean regions = random.nextBoolean();
    for (Long region : REGIONS) {
      if (regions && random.nextInt(3) == 0) {
        List<ModelRule> byTenant = rules.stream().filter(rule -> !rule.byRegion()).toList();
        rules.add(new ModelRule(false, null, true, region, hours(random)));
        for (ModelRule rule : byTenant) {
          if (rule.byTenant()) {
            rules.add(new ModelRule(true, rule.tenant(), true, region, hours(random)));
          }
        }
      }
    }
    return rules;
  }

  private static long hours(Random random) {
    return random.nextInt(5) * 20L;
  }

  private void add(Random random, TestTable table) throws IOException {
    for (int i = random.nextInt(25); i > 0; i--) {
      // Never older than the shortest time, so that a cutoff of rules that have changed meets none.
      long time = now - random.nextInt((int) (10 * HOUR));
      ModelRow row =
          new ModelRow(
              ++numbers,
              time,
              TENANTS.get(random.nextInt(TENANTS.size())),
              REGIONS.get(random.nextInt(REGIONS.size())));
      model.add(row);
      table.add(sink -> set(sink, row));
    }
    table.commit(true);
  }

  private static void set(RowSink sink, ModelRow row) {
    sink.setTimestamp(0, row.time(), 0);
    sink.setLong(1, row.n());
    String tenant = row.tenant();
    if (tenant != null) {
      sink.setString(2, tenant);
    }
    Long region = row.region();
    if (region != null) {
      sink.setLong(3, region);
    }
  }

  private void merge(TableDirectory opened) throws IOException {
    TableDirectory table = TableSnapshot.latest(opened).table();
    TableMerger merger = new TableMerger(table, WriterOptions.DEFAULTS, "a test", () -> now);
    for (TableMerger.Plan plan : merger.plan()) {
      merger.merge(plan, "a test");
    }
  }

  private void drop(List<ModelRule> rules, long others) {
    model.removeIf(
        row -> {
          ModelRule nearest = new ModelRule(false, null, false, null, others);
          for (ModelRule rule : rules) {
            nearest = rule.meets(row) && rule.columns() > nearest.columns() ? rule : nearest;
          }
          long ttl = nearest.hours() * HOUR;
          long step = ttl / 100;
          return ttl > 0 && row.time() < Math.floorDiv(now - ttl, step) * step;
        });
  }
}
