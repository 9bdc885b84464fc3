package io.varve.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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
    List<List<Row>> results = new ArrayList<>();
    for (String statement : statements) {
      String here = statement.replace("'/data/", "'" + directory + "/");
      TableResult result = sql.executeSql(here);
      results.add(CollectionUtil.iteratorToList(result.collect()));
    }

    String plan = String.valueOf(results.get(4).get(0).getField(0));
    Matcher promised = PUSHED.matcher(document());
    assertThat(promised.find()).isTrue();
    assertThat(plan.replace(" ", "")).contains(promised.group().replace(" ", ""));
    assertThat(results.get(3)).isNotEmpty();
    assertThat(results.get(5)).hasSizeGreaterThan(10);
    assertThat(results.get(6)).containsExactly(Row.of(5000L));
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
    String document = document();

    assertThat(options)
        .allSatisfy(option -> assertThat(document).contains("`" + option.key() + "`"))
        .hasSizeGreaterThan(15);
  }
}
