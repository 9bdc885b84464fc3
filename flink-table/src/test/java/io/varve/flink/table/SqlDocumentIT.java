package io.varve.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** docs/sql.md is true: its statements run, its plan is the plan, its list of options is whole. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqlDocumentIT {

  private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PUSHED = Pattern.compile("aggregates=\\[grouping=[^]]*],");

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  private static String document() throws Exception {
    return file("docs/sql.md");
  }

  private static String file(String name) throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path file = here.resolve(name);
    return Files.readString(Files.exists(file) ? file : here.resolveSibling(name));
  }

  @Test
  void statementsRun() throws Exception {
    TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    List<String> statements = new ArrayList<>();
    Matcher blocks = SQL.matcher(document());
    while (blocks.find()) {
      Stream.of(blocks.group(1).split(";\\s*\n"))
          .filter(statement -> !statement.isBlank())
          .forEach(statements::add);
    }
    Map<String, List<Row>> results = new LinkedHashMap<>();
    for (String statement : statements) {
      String here = statement.strip().replace("'/data/", "'" + directory + "/");
      TableResult result = sql.executeSql(here);
      results.put(statement.strip(), CollectionUtil.iteratorToList(result.collect()));
    }

    String plan = String.valueOf(of(results, "EXPLAIN SELECT").get(0).getField(0));
    Matcher promised = PUSHED.matcher(document());
    assertThat(promised.find()).isTrue();
    assertThat(plan.replace(" ", "")).contains(promised.group().replace(" ", ""));
    assertThat(of(results, "SELECT `day`, usr, SUM(cost)")).isNotEmpty();
    assertThat(of(results, "SELECT usr, SUM(cost)")).hasSizeGreaterThan(10);
    assertThat(of(results, "SELECT COUNT(*) FROM usage_log /*+")).containsExactly(Row.of(5000L));
    assertThat(of(results, "SHOW CREATE TABLE").toString()).contains("'ttl' = '9000 d'");
    assertThat(of(results, "SELECT COUNT(*) FROM requests FOR")).containsExactly(Row.of(2L));
    assertThat(of(results, "CALL sys.erase").get(0).getField(0)).isEqualTo(1L);
  }

  private static List<Row> of(Map<String, List<Row>> results, String start) {
    return results.entrySet().stream()
        .filter(result -> result.getKey().startsWith(start))
        .findFirst()
        .orElseThrow(() -> new AssertionError("docs/sql.md has no statement " + start))
        .getValue();
  }

  @Test
  void readmeShowsWhatIsRunHere() throws Exception {
    Matcher blocks = SQL.matcher(file("README.md"));
    int shown = 0;
    while (blocks.find()) {
      assertThat(document()).contains(blocks.group(1));
      shown++;
    }

    assertThat(shown).isPositive();
  }

  @Test
  void listsEveryOption() throws Exception {
    VarveTableFactory factory = new VarveTableFactory();
    Set<ConfigOption<?>> options = new java.util.HashSet<>(factory.optionalOptions());
    options.addAll(factory.requiredOptions());
    options.add(VarveConnectorOptions.PROJECTION_GROUP_BY);
    options.add(VarveConnectorOptions.PROJECTION_AGGREGATES);
    options.addAll(new VarveCatalogFactory().requiredOptions());
    String document = document();

    assertThat(options)
        .allSatisfy(option -> assertThat(document).contains("`" + option.key() + "`"))
        .allSatisfy(option -> assertThat(option.description()).isNotNull())
        .hasSizeGreaterThan(25);
    // … and lists none that is not there.
    Set<String> keys =
        options.stream().map(ConfigOption::key).collect(java.util.stream.Collectors.toSet());
    String table = document.substring(document.indexOf("## Options"));
    Matcher rows = Pattern.compile("^\\| (`[^|]*) \\|", Pattern.MULTILINE).matcher(table);
    while (rows.find()) {
      for (String key : rows.group(1).replace("`", "").split(", ")) {
        assertThat(keys).contains(key);
      }
    }
  }
}
