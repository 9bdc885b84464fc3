package io.varve.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/varve-chaos}. */
@Command(
    name = "varve-chaos",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a job on a Flink cluster of real processes, kills, stops and starves them at random,"
          + " and compares every commit of the table with what the job's source wrote down.",
      "",
      "The seed fixes what happens in which order, not when: processes race as they do anywhere."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every commit equals the ledger",
      "1:a commit differs; the report says which rows of which keys",
      "2:wrong options, or the run itself failed: the job did not recover, say"
    })
final class Chaos implements Callable<Integer> {

  private static final int SAME = 0;
  private static final int DIFFERENT = 1;
  private static final int FAILED = 2;
  private static final int DISK_MEGABYTES = 512;
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "60",
      description = "for how long misfortunes strike (${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "of the order of misfortunes (random, printed)")
  private @Nullable Long seed;

  @Option(
      names = "--rate",
      paramLabel = "ROWS",
      defaultValue = "2000",
      description = "rows per second (${DEFAULT-VALUE})")
  private int rate;

  @Option(
      names = "--path",
      paramLabel = "DIR",
      description = "directory of the run, new or empty (a temporary one)")
  private @Nullable Path path;

  @Option(names = "--keep", description = "keep that directory also when all is well")
  private boolean keep;

  @Option(names = "--home", hidden = true, required = true)
  private Path home = Path.of("");

  private Chaos() {}

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Chaos()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    PrintStream out = System.out;
    Sandbox sandbox = sandbox();
    long chosen = seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed;
    Random random = new Random(chosen);
    boolean keyed = random.nextInt(3) > 0;
    Disk disk = Disk.create(sandbox, DISK_MEGABYTES);
    out.printf(
        Locale.ROOT,
        "varve-chaos: seed %d, %s, on %s, in %s%n",
        chosen,
        keyed ? "buckets by key" : "a bucket for each writer",
        disk,
        sandbox.root());
    int result = run(sandbox, disk, new ChaosJob(sandbox, keyed, rate, INTERVAL), random, out);
    if (result == SAME && !keep) {
      disk.remove();
      deleteAll(sandbox.root());
    } else {
      disk.keep();
      out.printf(Locale.ROOT, "logs, ledger and table are kept in %s%n", sandbox.root());
    }
    return result;
  }

  private Sandbox sandbox() throws IOException {
    Path given = path;
    if (given == null) {
      return new Sandbox(Files.createTempDirectory("varve-chaos"));
    }
    Files.createDirectories(given);
    return new Sandbox(given.toRealPath());
  }

  private int run(Sandbox sandbox, Disk disk, ChaosJob job, Random random, PrintStream out)
      throws IOException {
    try (Cluster cluster = Cluster.start(home, sandbox)) {
      Thread hook = new Thread(() -> closeQuietly(cluster));
      Runtime.getRuntime().addShutdownHook(hook);
      ChaosRun run = new ChaosRun(sandbox, cluster, disk, job, random, out);
      int result = SAME;
      try {
        run.run(Duration.ofSeconds(seconds));
      } catch (DifferenceException different) {
        out.printf(Locale.ROOT, "DIFFERENT: %s%n", different.getMessage());
        result = DIFFERENT;
      } catch (IOException failure) {
        out.printf(Locale.ROOT, "FAILED: %s%n", failure.getMessage());
        result = FAILED;
      }
      run.tally().print(out);
      out.println(result == SAME ? "EQUAL: every commit shows what the ledger has" : "NOT EQUAL");
      Runtime.getRuntime().removeShutdownHook(hook);
      return result;
    }
  }

  private static void closeQuietly(Cluster cluster) {
    try {
      cluster.close();
    } catch (IOException failure) {
      System.err.println(failure.getMessage());
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure)
              throws IOException {
            Files.delete(each);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
