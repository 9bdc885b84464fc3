package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups, their restoration, and what keeps a table small, on a table that is being written. */
class BackupCommandsTest {

  private static final Object[] TOTALS = {
    "--by", "user", "--agg", "count,sum(tokens)", "-o", "csv"
  };

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

  private static CommandRun ok(String command, Object... args) {
    Object[] all = new Object[args.length + 1];
    all[0] = command;
    System.arraycopy(args, 0, all, 1, args.length);
    CommandRun run = CommandRun.of(all);
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    return run;
  }

  private static String totals(Path of) {
    Object[] all = new Object[TOTALS.length + 1];
    all[0] = of;
    System.arraycopy(TOTALS, 0, all, 1, TOTALS.length);
    return ok("rollup", all).out();
  }

  /** The job goes on, history expires, and the backup shows what it showed. */
  @Test
  void aCheckpointIsATableOfOneCommit() throws IOException {
    String then = totals(path);
    ok("tag", path, "old", "--commit", 1);
    Path copy = directory.resolve("copy");
    CommandRun made = ok("checkpoint", path, copy, "-o", "csv");
    assertThat(made.out()).contains("3,3030,2,");

    table.add(500);
    table.commit(true);
    ok("tag", path, "old", "--remove");
    ok("delete", path, "--where", "user = 'a'", "--yes");
    ok("expire", path, "--history", "PT0.001S", "--min-commits", 1, "--yes");

    assertThat(totals(copy)).isEqualTo(then);
    assertThat(ok("verify", copy, "--deep").err()).contains("no damage");
    assertThat(ok("commits", copy, "-o", "csv").out().lines()).hasSize(2);
    assertThat(ok("tag", copy, "-o", "csv").out().lines()).hasSize(1);
  }

  @Test
  void aRestoredTableIsWrittenOnAndItsBackupStays() throws IOException {
    Path copy = directory.resolve("copy");
    Path restored = directory.resolve("restored");
    ok("checkpoint", path, copy, "--copy");
    String then = totals(copy);
    ok("restore", copy, restored);

    assertThat(totals(restored)).isEqualTo(then);
    assertThat(ok("commits", restored, "-o", "csv").out()).contains("restored from commit 2");
    ok("delete", restored, "--where", "user = 'a'", "--yes");
    Path rows = directory.resolve("rows.csv");
    Files.writeString(rows, "ts,id,user,tokens\n2024-01-01,x1,z,1\n");
    ok("load", restored, rows);
    ok("expire", restored, "--history", "PT0.001S", "--min-commits", 1, "--yes");
    assertThat(totals(restored)).contains("z,1,1").doesNotContain("a,");
    assertThat(ok("verify", restored, "--deep").err()).contains("no damage");
    assertThat(totals(copy)).isEqualTo(then);
    assertThat(ok("verify", copy, "--deep").err()).contains("no damage");
  }

  @Test
  void anOlderCommitCanBeBackedUp() {
    Path copy = directory.resolve("copy");
    ok("checkpoint", path, copy, "--commit", 1);
    assertThat(ok("rollup", copy, "-o", "csv").out()).contains("3000");
  }

  @Test
  void aDirectoryThatIsInUseIsRefused() throws IOException {
    Path copy = directory.resolve("copy");
    Files.createDirectories(copy);
    Files.writeString(copy.resolve("mine.txt"), "x");
    CommandRun run = CommandRun.of("checkpoint", path, copy);
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("is not empty");
    assertThat(CommandRun.of("restore", path, copy).exitCode()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void aBackupThatWasDamagedIsToldWhenItIsRestored() throws IOException {
    Path copy = directory.resolve("copy");
    ok("checkpoint", path, copy, "--copy");
    Path segment;
    try (Stream<Path> files = Files.walk(copy)) {
      segment = files.filter(file -> file.toString().endsWith(".vseg")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    bytes[100] ^= 1;
    Files.write(segment, bytes);

    CommandRun run = CommandRun.of("restore", copy, directory.resolve("restored"));
    assertThat(run.exitCode()).isEqualTo(ExitCode.FOUND);
    assertThat(run.err()).contains(String.valueOf(segment.getFileName()));
  }

  /** Erased rows are nowhere: not in tails, and not after a take-over in what went before. */
  @Test
  void aTakeOverErasesFromTails() throws IOException {
    Path secrets = directory.resolve("secrets.csv");
    Files.writeString(secrets, "ts,id,user,tokens\n2024-01-01,x1,SECRET-USER-1,1\n");
    ok("load", path, secrets);
    ok("erase", path, "--where", "tokens >= 3000 OR id = 'x1'", "--take-over", "--yes");

    assertThat(totals(path)).contains("a,1000,").contains("b,1000,").contains("c,1000,");
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> left = files.filter(Files::isRegularFile).toList();
      assertThat(left).noneMatch(file -> file.toString().endsWith(".vtail"));
      for (Path file : left) {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(content).doesNotContain("SECRET-USER");
      }
    }
    assertThat(ok("verify", path, "--deep").err()).contains("no damage");
  }

  @Test
  void smallSegmentsAreMerged() throws IOException {
    String before = totals(path);
    for (int i = 0; i < 6; i++) {
      table.commit(true);
      table.add(100);
    }
    table.commit(true);
    String then = totals(path);
    assertThat(then).isNotEqualTo(before);
    String planned = ok("merge", path, "--dry-run", "-o", "csv").out();
    assertThat(planned.lines()).hasSize(2);
    String merged = ok("merge", path, "-o", "csv").out();
    assertThat(merged).contains("bucket-0000,");
    assertThat(totals(path)).isEqualTo(then);
    assertThat(ok("merge", path, "-o", "csv").out().lines()).hasSize(1);
    assertThat(ok("commits", path, "-o", "csv").out()).contains("varve merge");
  }

  /** What the table says of its segments holds for whoever merges, unless he says otherwise. */
  @Test
  void segmentsAreMergedToTheSizeThatTheTableSays() throws IOException {
    for (int i = 0; i < 8; i++) {
      table.commit(true);
      table.add(100);
    }
    table.commit(true);
    ok("alter", path, "--set", "segment.target-rows=150");
    assertThat(ok("merge", path, "-o", "csv").out().lines()).hasSize(1);
    assertThat(ok("merge", path, "--target-rows", 5000, "--dry-run", "-o", "csv").out())
        .contains("bucket-0000,9,830,");

    ok("alter", path, "--set", "segment.target-rows=400");
    String then = totals(path);
    assertThat(ok("merge", path, "--dry-run", "-o", "csv").out()).contains("bucket-0000,4,330,");
    List<String> merged = ok("merge", path, "-o", "csv").out().lines().skip(1).toList();
    assertThat(merged).hasSize(2);
    assertThat(merged.get(0)).startsWith("bucket-0000,4,330,").contains(",1,");
    assertThat(merged.get(1)).startsWith("bucket-0000,4,400,").contains(",1,");
    assertThat(totals(path)).isEqualTo(then);
  }

  /** The commits of this test are of 1970: only what the table says can keep them. */
  @Test
  void historyExpiresAsTheTableSays() {
    ok("alter", path, "--set", "history.time=90000 d");
    String kept = ok("expire", path, "--min-commits", 1, "--dry-run", "-o", "csv").out();
    assertThat(kept.lines().skip(1)).singleElement().asString().startsWith("0,0,0,");
    String given =
        ok("expire", path, "--min-commits", 1, "--history", "P1D", "--dry-run", "-o", "csv").out();
    assertThat(given.lines().skip(1)).singleElement().asString().startsWith("1,1,");

    ok("alter", path, "--reset", "history.time");
    ok("alter", path, "--set", "history.min-commits=3");
    String commits = ok("expire", path, "--dry-run", "-o", "csv").out();
    assertThat(commits.lines().skip(1)).singleElement().asString().startsWith("1,1,");
  }

  @Test
  void oldRowsAreDroppedForGood() throws IOException {
    String[] args = {path.toString(), "--before", "2023-11-15T00:00:00Z"};
    long dropped = 107; // from 22:13:20 on, one a minute
    assertThat(ok("gc", args[0], args[1], args[2], "--dry-run", "-o", "csv").out())
        .contains("," + dropped + ",");
    CommandRun unconfirmed = CommandRun.of("gc", args[0], args[1], args[2]);
    assertThat(unconfirmed.exitCode()).isEqualTo(ExitCode.REFUSED);
    ok("gc", args[0], args[1], args[2], "--yes");
    assertThat(ok("rollup", path, "-o", "csv").out()).contains(String.valueOf(3030 - dropped));
    assertThat(CommandRun.of("gc", path).exitCode()).isEqualTo(2);
    assertThat(ok("gc", path, "--older-than", "P36500D", "--yes", "-o", "csv").out())
        .contains(",0,,false");
  }
}
