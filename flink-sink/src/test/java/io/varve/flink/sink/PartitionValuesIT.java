package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.column.RecordMapping;
import io.varve.flink.common.RowConverter;
import io.varve.query.Block;
import io.varve.query.RowCursor;
import io.varve.query.Selection;
import io.varve.schema.TableDefinition;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import io.varve.table.WriterOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a partition column holds, its rows get a directory of their own inside the table. */
@Timeout(300)
class PartitionValuesIT {

  private static final int ROWS_OF_EACH = 20;

  private static final List<String> FILES_OF_THE_TABLE =
      List.of("table.json", "commits", "HEAD", "states", "base", "tail");

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path parent;

  /** A row of the table. */
  record Tenant(Instant time, long id, @Nullable String tenant) {}

  /** The null is first; then what could leave the table, meet another's directory, or fit none. */
  private static List<@Nullable String> values() {
    List<@Nullable String> values = new ArrayList<>();
    values.add(null);
    values.addAll(
        List.of(
            "..",
            ".",
            "../..",
            "../../etc/passwd",
            "/",
            "/etc",
            "a/b",
            "a\\b",
            "a\0b",
            "\0",
            "",
            "null",
            "%null",
            "%empty",
            "%",
            "%2E",
            "a",
            "A",
            "acme",
            "Acme",
            "ACME",
            "aCME",
            " ",
            "a ",
            " a",
            "a.",
            "a..",
            ".a",
            "con",
            "CON",
            "nul.txt",
            "lpt1",
            "a:b",
            "C:",
            "a*?b",
            "a=b",
            "tenant=a",
            "bucket-0000",
            "segments",
            "~",
            "a~b",
            "\n",
            "\t",
            "-",
            "é",
            "e\u0301",
            "É",
            "日本",
            "\ud83d\ude00",
            "\u202e",
            "\ufeff",
            "ı",
            "İ",
            "ß",
            "ẞ"));
    values.add("x".repeat(10_240));
    values.add("x".repeat(10_239) + "y");
    values.add("é".repeat(5_120));
    values.add("/".repeat(10_240));
    return values;
  }

  private Path directory() {
    return parent.resolve("table");
  }

  private static Tenant row(long index) {
    List<@Nullable String> values = values();
    String tenant = values.get((int) ((index - 1) % values.size()));
    return new Tenant(Instant.ofEpochSecond(index), index, tenant);
  }

  private void write(boolean keyed) throws Exception {
    TableDefinition.Builder table =
        TableDefinition.builder(RecordMapping.schemaOf(Tenant.class, "time"))
            .partitionedBy("tenant");
    if (keyed) {
      table.bucketedBy(2, "id");
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(EventJob.configuration(""));
    env.setParallelism(2);
    env.fromSequence(1, (long) values().size() * ROWS_OF_EACH)
        .map(PartitionValuesIT::row)
        .returns(Tenant.class)
        .sinkTo(
            VarveSink.<Tenant>builder()
                .path(TestTables.path(directory()))
                .table(table.build())
                .converter(RowConverter.ofRecord(Tenant.class))
                .writer(WriterOptions.DEFAULTS.withTargetRows(8))
                .build());
    env.execute("hostile values");
  }

  @ParameterizedTest(name = "keyed: {0}")
  @ValueSource(booleans = {false, true})
  void eachHasADirectoryOfItsOwnAndIsReadBackAsItIs(boolean keyed) throws Exception {
    write(keyed);

    Map<String, String> valueOfDirectory = new TreeMap<>();
    Map<Long, Tenant> read = new TreeMap<>();
    for (Map.Entry<String, Tenant> found : rows()) {
      // as a file system sees it that ignores case and drops dots at the end of a name
      String name = found.getKey().toLowerCase(Locale.ROOT).replaceAll("\\.+(?=/|$)", "");
      String value =
          String.valueOf(found.getValue().tenant()) + (found.getValue().tenant() == null);
      assertThat(valueOfDirectory.merge(name, value, (before, now) -> before))
          .as(name)
          .isEqualTo(value);
      assertThat(read.put(found.getValue().id(), found.getValue())).isNull();
    }
    long rows = (long) values().size() * ROWS_OF_EACH;
    assertThat(read).hasSize((int) rows);
    read.forEach((id, tenant) -> assertThat(tenant).isEqualTo(row(id)));
    assertThat(new TreeSet<>(valueOfDirectory.values())).hasSize(values().size());
    requireNothingBesideTheTable();
  }

  private void requireNothingBesideTheTable() throws IOException {
    assertThat(TestTables.names(parent)).containsExactly("table");
    assertThat(TestTables.names(directory()))
        .allMatch(name -> name.startsWith("tenant=") || FILES_OF_THE_TABLE.contains(name));
  }

  /** Returns all rows by the first part of their partition's path. */
  private List<Map.Entry<String, Tenant>> rows() throws IOException {
    TableSnapshot snapshot = TableContent.latest(directory());
    List<Map.Entry<String, Tenant>> found = new ArrayList<>();
    RowCursor row = new RowCursor(snapshot.table().schema(), 0, 1, 2);
    Selection all = new Selection();
    for (ScanUnit unit : snapshot.units()) {
      String directory = unit.partition().substring(0, unit.partition().indexOf('/'));
      try (BlockSource source = unit.open(snapshot.table())) {
        for (int index = 0; index < source.blockCount(); index++) {
          all.selectAll(source.rowCount(index));
          row.open(new Block(source, index), all);
          while (row.next()) {
            found.add(Map.entry(directory, tenant(row)));
          }
        }
      }
    }
    return found;
  }

  private static Tenant tenant(RowCursor row) {
    return new Tenant(
        Instant.ofEpochMilli(row.getTimestampMillis(0)),
        row.getLong(1),
        row.isNull(2) ? null : row.getString(2));
  }
}
