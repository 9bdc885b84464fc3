package io.varve.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Gives the commands that people wait for once, on a table of a few rows, so that a JVM can note
 * the classes which they load and archive them ({@code bin/launch.sh}).
 */
public final class Rehearsal {

  private static final String ROWS =
      """
      ts,id,user,tokens,cost
      2026-01-01 00:00:00.000,a,ann,1,0.01
      2026-01-01 00:00:01.000,b,bob,2,0.02
      2026-01-02 00:00:00.000,c,,3,
      """;

  private static final String COLUMNS =
      "ts timestamp(3), id string, user string, tokens bigint, cost decimal(10, 2)";

  private Rehearsal() {}

  /** Runs them, in a directory that is gone afterwards. */
  public static void main(String[] args) throws IOException {
    perform();
  }

  /** Runs them, and returns how each that was given ended, by the words it was given in. */
  static Map<String, Integer> perform() throws IOException {
    Path directory = Files.createTempDirectory("varve-rehearsal");
    try {
      Path rows = directory.resolve("rows.csv");
      Files.writeString(rows, ROWS);
      String table = directory.resolve("table").toString();
      Map<String, Integer> ended = new TreeMap<>();
      for (List<String> command : commands(table, rows.toString())) {
        CommandLine line = Varve.commandLine(command.toArray(String[]::new));
        line.setOut(new PrintWriter(Writer.nullWriter()));
        line.setErr(new PrintWriter(Writer.nullWriter()));
        ended.put(String.join(" ", command), line.execute(command.toArray(String[]::new)));
      }
      return ended;
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static List<List<String>> commands(String table, String rows) {
    List<List<String>> commands = new ArrayList<>();
    commands.add(List.of("load", table, rows, "--create", COLUMNS, "--id-column", "id"));
    commands.add(List.of("load", table, rows, "-o", "json"));
    commands.add(List.of("inspect", table));
    commands.add(List.of("inspect", table, "--files"));
    commands.add(List.of("stats", table));
    commands.add(List.of("health", table));
    commands.add(List.of("commits", table));
    commands.add(List.of("diff", table, "1", "2"));
    commands.add(List.of("verify", table, "--deep"));
    commands.add(
        List.of("rollup", table, "--by", "day,user", "--agg", "count,sum(cost),max(tokens)"));
    commands.add(List.of("rollup", table, "--where", "tokens > 1", "-o", "csv"));
    commands.add(List.of("query", table, "--where", "user = 'ann'"));
    commands.add(List.of("get", table, "a", "-o", "jsonl"));
    commands.add(List.of("export", table));
    commands.add(List.of("delete", table, "--id", "a", "--yes"));
    commands.add(List.of("delete", table, "--where", "id = 'b'", "--yes"));
    commands.add(List.of("alter", table, "--set", "ttl=900 d"));
    commands.add(List.of("tag", table, "kept"));
    commands.add(List.of("merge", table));
    commands.add(List.of("expire", table, "--dry-run"));
    commands.add(List.of("orphans", table));
    commands.add(List.of("stats", "--help"));
    return commands;
  }
}
