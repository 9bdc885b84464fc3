package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command on a real table: two commits, a segment and a tail that is still written. */
class CommandsTest {

  @TempDir Path directory;
  private Path path = Path.of("");
  private UsageTable table;

  @BeforeEach
  void write() throws IOException {
    path = directory.resolve("usage");
    table = new UsageTable(path);
    table.add(3000);
    table.commit(true);
    table.add(30);
    table.commit(false);
  }

  @AfterEach
  void close() throws IOException {
    table.close();
  }

  private CommandRun ok(String command, Object... args) {
    Object[] all = new Object[args.length + 2];
    all[0] = command;
    all[1] = path;
    System.arraycopy(args, 0, all, 2, args.length);
    CommandRun run = CommandRun.of(all);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  private long count(Object... args) {
    Object[] all = new Object[args.length + 2];
    all[0] = "-o";
    all[1] = "csv";
    System.arraycopy(args, 0, all, 2, args.length);
    return Long.parseLong(ok("rollup", all).out().lines().skip(1).findFirst().orElse("none"));
  }

  @Test
  void rollupAddsUpSealedAndUnsealedRows() {
    String out =
        ok("rollup", "--by", "user", "--agg", "count,sum(tokens),max(ts)", "-o", "csv").out();

    assertThat(out.lines())
        .containsExactly(
            "user,count(*),sum(tokens),max(ts)",
            "a,1010,1528635,2023-11-17T00:40:20",
            "b,1010,1529645,2023-11-17T00:41:20",
            "c,1010,1530655,2023-11-17T00:42:20");
  }

  @Test
  void rollupByDay() {
    assertThat(ok("rollup", "--by", "day", "-o", "csv").out().lines())
        .contains("2023-11-15,1440", "2023-11-16,1440");
  }

  @Test
  void aCommandSeesWhatTheWriterCommitsMeanwhile() throws IOException {
    assertThat(count()).isEqualTo(3030);
    table.add(70);
    assertThat(count()).isEqualTo(3030);
    table.commit(false);
    assertThat(count()).isEqualTo(3100);
    assertThat(count("--commit", 1)).isEqualTo(3000);
  }

  /** The table's clock of this test counts commits. */
  @Test
  void aCommitIsFoundByTimeAndByCheckpoint() {
    assertThat(count("--at", "1970-01-01T00:00:00.001Z")).isEqualTo(3000);
    assertThat(count("--at", "2026-05-04T13:00:00Z")).isEqualTo(3030);
    assertThat(count("--at", "1969-12-31T00:00:00Z")).isZero();
    assertThat(count("--checkpoint", 0)).isEqualTo(3030);
    CommandRun unknown = CommandRun.of("rollup", path, "--checkpoint", "job:7");
    assertThat(unknown.err()).contains("there is no commit of checkpoint 7 of lineage job");
    CommandRun both = CommandRun.of("rollup", path, "--tag", "t", "--at", "2026-05-04T13:00:00Z");
    assertThat(both.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(CommandRun.of("rollup", path, "--at", "today").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  /** The table of this test has no watermark, so that nothing was over when it was billed. */
  @Test
  void nothingIsLateWhereNothingWasOver() throws IOException {
    table.add(70);
    table.commit(false);
    assertThat(ok("late", "--since", 1, "--bucket", "hour", "-o", "csv").out().lines()).hasSize(1);
    assertThat(CommandRun.of("late", path).exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(CommandRun.of("late", path, "--since", 99).err()).contains("there is no commit 99");
  }

  @Test
  void queryShowsTheNewestFirst() {
    String out = ok("query", "--where", "user = 'a'", "--limit", 2, "-o", "jsonl").out();

    assertThat(out.lines())
        .containsExactly(
            "{\"ts\":\"2023-11-17T00:40:20\",\"id\":\"e3027\",\"user\":\"a\",\"tokens\":3027}",
            "{\"ts\":\"2023-11-17T00:37:20\",\"id\":\"e3024\",\"user\":\"a\",\"tokens\":3024}");
  }

  @Test
  void getShowsTheRowsOfIds() {
    assertThat(ok("get", "e5", "e3005", "-o", "csv").out().lines()).hasSize(3);
    assertThat(CommandRun.of("get", path, "nobody").exitCode()).isEqualTo(ExitCode.MISSING);
  }

  @Test
  void deletedRowsAreGoneAtOnceAndOldCommitsShowThem() {
    ok("delete", "--id", "e1,e3001", "--yes", "--why", "request 17");
    String out = ok("delete", "--where", "tokens < 100 OR tokens >= 3020", "--yes").out();

    assertThat(out).contains("109");
    assertThat(count()).isEqualTo(3030 - 2 - 109);
    assertThat(count("--commit", 2)).isEqualTo(3030);
    assertThat(CommandRun.of("get", path, "e3001").exitCode()).isEqualTo(ExitCode.MISSING);
    assertThat(ok("commits").out())
        .contains("request 17")
        .contains("deletes tokens < 100 OR tokens >= 3020");
    assertThat(ok("diff", 2, "-o", "csv").out().lines().filter(line -> line.startsWith("+,delete")))
        .hasSize(2);
  }

  @Test
  void erasedBytesAreNowhere() throws IOException {
    Path secrets = directory.resolve("secrets.csv");
    Files.writeString(
        secrets,
        "ts,id,user,tokens\n2024-01-01,x1,SECRET-USER-1,1\n2024-01-02,x2,SECRET-USER-2,2\n");
    ok("load", secrets);
    assertThat(filesWith("SECRET-USER")).isNotEmpty();
    ok("tag", "kept");

    CommandRun tagged = CommandRun.of("erase", path, "--where", "id LIKE 'x%'", "--yes");
    assertThat(tagged.exitCode()).isEqualTo(ExitCode.FOUND);
    assertThat(tagged.err()).contains("tag 'kept'");
    assertThat(count("--where", "id LIKE 'x%'")).isZero();
    assertThat(filesWith("SECRET-USER")).isNotEmpty();

    String report = ok("erase", "--where", "id LIKE 'x%'", "--untag", "-y", "-o", "json").out();
    assertThat(ok("commits").out()).doesNotContain("kept");
    assertThat(report).contains("\"notReached\":[]");
    assertThat(filesWith("SECRET-USER")).isEmpty();
    assertThat(count()).isEqualTo(3030);
    assertThat(ok("verify", "--deep").err()).contains("no damage");
  }

  private List<Path> filesWith(String bytes) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(bytes)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  @Test
  void rowsOfATailAreReportedAsNotReached() {
    CommandRun run = CommandRun.of("erase", path, "--where", "tokens >= 3000", "--yes");

    assertThat(run.exitCode()).isEqualTo(ExitCode.FOUND);
    assertThat(run.err()).contains("30 of its rows are deleted").contains(".vtail");
    assertThat(count()).isEqualTo(3000);
  }

  @Test
  void nothingIsDeletedUnconfirmedOrInADryRun() {
    CommandRun run = CommandRun.of("delete", path, "--where", "user = 'a'");

    assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("1,010 rows").contains("--yes");
    assertThat(ok("delete", "--where", "user = 'a'", "--dry-run").out()).contains("1,010");
    assertThat(count()).isEqualTo(3030);
  }

  @Test
  void aWrongFilterIsShownWithItsPlace() {
    CommandRun run = CommandRun.of("rollup", path, "--where", "usr = 'a'");

    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("did you mean 'user'?\n  usr = 'a'\n  ^");
  }

  @Test
  void alterChangesColumnsAndOptionsWhileRowsCome() throws IOException {
    String plan =
        ok(
                "alter",
                "--add",
                "origin string not null default 'o''k' after ts",
                "--dry-run",
                "-o",
                "csv")
            .out();
    assertThat(plan).contains("add origin string not null default o'k,2,,true");
    assertThat(ok("inspect", "-o", "csv").out()).doesNotContain("origin");

    ok("alter", "--add", "origin string not null default 'o''k' after ts", "--why", "asked for");
    ok("alter", "--rename", "tokens=words", "--move", "words=", "--widen", "ts=timestamp(3)");
    assertThat(ok("inspect", "-o", "csv").out().lines())
        .contains("origin,string,false,5,\"\",o'k", "words,int64,true,4,\"\",");
    assertThat(ok("inspect").err()).contains("schema version 3");
    assertThat(count("--where", "origin = 'o''k' and words < 10")).isEqualTo(10);
    table.add(5);
    table.commit(true);
    assertThat(count("--where", "origin = 'o''k'")).isEqualTo(3035);
    assertThat(ok("commits", "-o", "csv").out())
        .contains("alter: add origin string not null default o'k: asked for");

    assertThat(CommandRun.of("alter", path, "--drop", "user").exitCode()).isEqualTo(4);
    ok("alter", "--drop", "user", "--yes");
    assertThat(ok("query", "--limit", "1", "-o", "csv").out()).startsWith("words,ts,origin,id\n");
    CommandRun refused = CommandRun.of("alter", path, "--drop", "id", "--yes");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("it is the id column of the table");

    ok("alter", "--set", "segment.target-rows=1000", "--set", "bloom-columns=words");
    assertThat(ok("inspect").err()).contains("segment.target-rows = 1000");
    assertThat(ok("inspect", "-o", "csv").out()).contains("words,int64,true,4,bloom,");
    ok("alter", "--reset", "segment.target-rows");
    assertThat(ok("inspect").err()).doesNotContain("target-rows");
    assertThat(CommandRun.of("alter", path, "--set", "ttl=never").err()).contains("is no time");
  }

  @Test
  void truncateTakesAwayWhatIsVisible() throws IOException {
    assertThat(ok("truncate", "--all", "--dry-run", "-o", "csv").out()).contains("3030,,true");
    assertThat(CommandRun.of("truncate", path, "--all").exitCode()).isEqualTo(4);
    assertThat(count()).isEqualTo(3030);
    ok("truncate", "--all", "--yes");
    assertThat(count()).isZero();
    table.add(7);
    table.commit(false);
    assertThat(count()).isEqualTo(7);
    CommandRun none = CommandRun.of("truncate", path, "--partition", "day=1", "--yes");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("'day' is no partition column; the table has none");
  }

  @Test
  void inspectStatsAndHealth() {
    assertThat(ok("inspect", "-o", "csv").out()).contains("ts,timestamp(3),false,1,time");
    assertThat(ok("inspect", "-o", "csv").out()).contains("id,string,true,2,id");
    String files = ok("inspect", "--files", "-o", "csv").out();
    assertThat(files.lines()).hasSize(3);
    for (String line : files.lines().skip(1).toList()) {
      assertThat(ok("inspect", line.split(",")[1]).out()).contains("bucket-0000");
    }
    String segment =
        files
            .lines()
            .filter(line -> line.contains("segment"))
            .findFirst()
            .orElseThrow()
            .split(",")[1];
    assertThat(ok("inspect", segment).out())
        .containsPattern("column ts +\\d+ bytes, blocks: \\d+ (delta|multiples|packed)")
        .containsPattern("column writer +\\d+ bytes, blocks: \\d+ constant");
    assertThat(ok("stats", "-o", "csv").out()).contains("total,1,1,3000,30,");
    assertThat(ok("health", "-o", "csv").out()).contains("newest commit,ok,");
    assertThat(CommandRun.of("health", path, "--max-age", "PT0S").exitCode())
        .isEqualTo(ExitCode.FOUND);
  }

  @Test
  void aTagKeepsWhatExpires() {
    ok("tag", "before", "--commit", 1);
    assertThat(ok("tag", "-o", "csv").out().lines()).containsExactly("tag,commit", "before,1");
    ok("expire", "--history", "PT0.001S", "--min-commits", 1, "--yes");
    assertThat(count("--tag", "before")).isEqualTo(3000);

    ok("tag", "before", "--remove");
    ok("expire", "--history", "PT0.001S", "--min-commits", 1, "--yes");
    assertThat(CommandRun.of("rollup", path, "--commit", 1).exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(count()).isEqualTo(3030);
  }

  @Test
  void rewindGoesBackAndDeletesStay() throws IOException {
    table.add(10);
    table.commit(false);
    ok("delete", "--where", "user = 'a'", "--yes");
    CommandRun refused = CommandRun.of("rewind", path, 1, "--yes");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("going back would drop the rows of batch job");

    ok("rewind", 3, "--yes");
    assertThat(count("--where", "user = 'a'")).isZero();
  }

  @Test
  void orphansListsWhatNoCommitNames() {
    assertThat(ok("orphans", "-o", "csv").out().lines()).containsExactly("file,kind,removed");
  }

  @Test
  void whatIsExportedCanBeLoaded() throws IOException {
    Path csv = directory.resolve("rows.csv");
    Path json = directory.resolve("rows.jsonl");
    ok("export", "--to", csv, "--where", "tokens >= 1000");
    ok("export", "--to", json, "--format", "jsonl", "--where", "tokens < 1000");
    Path copy = directory.resolve("copy");
    String columns = "ts timestamp(3), id string, user string, tokens bigint";

    CommandRun first = CommandRun.of("load", copy, csv, "--create", columns, "--id-column", "id");
    CommandRun second = CommandRun.of("load", copy, json);

    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(second.exitCode()).as(second.err()).isZero();
    String wanted = ok("rollup", "--by", "user,hour", "--agg", "count,sum(tokens)").out();
    CommandRun copied =
        CommandRun.of("rollup", copy, "--by", "user,hour", "--agg", "count,sum(tokens)");
    assertThat(copied.out()).isEqualTo(wanted);
  }

  @Test
  void aBadLineIsNamedAndNothingIsLoaded() throws IOException {
    Path csv = directory.resolve("bad.csv");
    Files.writeString(csv, "ts,id,tokens\n2024-01-01 00:00:00,x,1\n2024-01-01 00:00:00,y,many\n");

    CommandRun run = CommandRun.of("load", path, csv);

    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("bad.csv:3: column tokens: 'many' is no whole number");
    assertThat(count()).isEqualTo(3030);
    assertThat(ok("load", csv, "--max-bad-rows", 1).out()).contains("1");
    assertThat(count()).isEqualTo(3031);
  }

  @Test
  void verifyIsQuietAboutAWholeTable() {
    assertThat(ok("verify", "-o", "json").out().strip()).isEqualTo("[]");
    assertThat(ok("verify", "--deep").err()).contains("2 files").contains("no damage");
  }

  @Test
  void completionKnowsTheCommands() {
    CommandRun run = CommandRun.of("completion");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("rollup").contains("complete -F");
  }

  @Test
  void aTableThatIsNotThereIsSaidSo() {
    CommandRun run = CommandRun.of("stats", directory.resolve("nothing"));
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("there is no table here").contains("check the path");
  }
}
