package io.varve.flink.table;

import io.varve.flink.sink.VarveSinkOptions;
import io.varve.query.NameHint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.factories.FactoryUtil;

/** Refuses options that don't exist or don't go together, and says which were meant. */
final class OptionCheck {

  /** Options that Flink looks at itself. */
  private static final Set<String> OF_FLINK =
      Set.of(FactoryUtil.CONNECTOR.key(), FactoryUtil.PROPERTY_VERSION.key());

  private static final Pattern PROJECTION =
      Pattern.compile("projection\\.(.+)\\.(group-by|aggregates)");

  /** Each chooses a commit. */
  private static final List<ConfigOption<?>> COMMITS =
      List.of(
          VarveConnectorOptions.SCAN_COMMIT,
          VarveConnectorOptions.SCAN_CHECKPOINT_ID,
          VarveConnectorOptions.SCAN_TIMESTAMP,
          VarveConnectorOptions.SCAN_TAG);

  private OptionCheck() {}

  /** Returns the projection that an option is of, null if it is of none. */
  static @org.jspecify.annotations.Nullable String projectionOf(String option) {
    Matcher matcher = PROJECTION.matcher(option);
    return matcher.matches() ? matcher.group(1) : null;
  }

  /**
   * Checks the names of options.
   *
   * @param known the options there are
   * @throws ValidationException if one is none of them; the message has the nearest
   */
  static void names(Set<String> given, Set<ConfigOption<?>> known) {
    Set<String> names = known.stream().map(ConfigOption::key).collect(Collectors.toSet());
    for (String option : new TreeSet<>(given)) {
      boolean isKnown =
          names.contains(option) || OF_FLINK.contains(option) || projectionOf(option) != null;
      if (!isKnown) {
        Set<String> all =
            Stream.concat(
                    names.stream(),
                    Stream.of(
                        VarveConnectorOptions.PROJECTION_GROUP_BY.key(),
                        VarveConnectorOptions.PROJECTION_AGGREGATES.key()))
                .collect(Collectors.toCollection(TreeSet::new));
        throw new ValidationException(
            "'" + option + "' is no option of a Varve table" + NameHint.of(option, all));
      }
    }
  }

  /**
   * Refuses to keep what each job has to declare.
   *
   * @throws ValidationException if an option is of a job only
   */
  static void kept(Set<String> options) {
    String ofJobs = VarveSinkOptions.COMMIT_EXCLUSIVE_BY.key();
    if (options.contains(ofJobs)) {
      throw new ValidationException(
          "'"
              + ofJobs
              + "' is not kept with a table: each statement that inserts declares it, as INSERT"
              + " INTO t /*+ OPTIONS('"
              + ofJobs
              + "' = 'flink-ha') */");
    }
  }

  /**
   * Checks that options don't contradict one another.
   *
   * @throws ValidationException if they do
   */
  static void together(ReadableConfig options, Map<String, String> given) {
    List<String> commits = new ArrayList<>();
    for (ConfigOption<?> option : COMMITS) {
      if (options.getOptional(option).isPresent()) {
        commits.add("'" + option.key() + "'");
      }
    }
    if (commits.size() > 1) {
      throw new ValidationException(
          String.join(" and ", commits) + " each choose the commit that is read; give one of them");
    }
    for (String option : given.keySet()) {
      String projection = projectionOf(option);
      if (projection != null && !given.containsKey("projection." + projection + ".group-by")) {
        throw new ValidationException(
            "'" + option + "' needs 'projection." + projection + ".group-by' beside it");
      }
    }
  }
}
