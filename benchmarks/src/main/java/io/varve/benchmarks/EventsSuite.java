package io.varve.benchmarks;

import io.varve.benchmarks.UsageEvents.Dimension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine.Command;

/** Writes usage events and asks the questions that people ask of them, of Varve and its peers. */
@Command(
    name = "events",
    description = {
      "Writes usage events, then totals, rollups, latest rows, lookups and full reads of them.",
      "Peers: duckdb, duckdb-parquet, parquet, questdb, rocksdb, sqlite."
    })
final class EventsSuite implements Suite {

  private static final String VARVE = "varve";
  private static final int CHECKPOINT_ROWS = 100_000;
  private static final int GROUP_ROWS = 64;
  private static final int GROUPS = 2000;
  private static final int LATEST_ROWS = 50;

  private static final String HOT = Dimension.USER.value(0);
  private static final String MIDDLING = Dimension.USER.value(100);
  private static final String RARE = Dimension.USER.value(Dimension.USER.size() - 1);
  private static final UsageFilter DAY_AND_MODEL =
      new UsageFilter(null, Dimension.MODEL.value(3), 14);

  private static final Operation W1 =
      Operation.of("W1", "append, durable every 100k rows", Unit.ROWS_PER_SECOND)
          .withTarget(1_300_000);
  private static final Operation W1_ALL =
      Operation.of("W1all", "the same, with what follows the last row", Unit.ROWS_PER_SECOND);
  private static final Operation W1_CPU =
      Operation.of("W1cpu", "processor time of all threads", Unit.CPU_MICROS_PER_ROW)
          .withTarget(1.0);
  private static final Operation W2 =
      Operation.of("W2", "append, durable every 64 rows", Unit.ROWS_PER_SECOND).withTarget(400_000);
  private static final Operation BYTES =
      Operation.of("bytes", "files, with indexes", Unit.BYTES_PER_ROW).withTarget(47);
  private static final Operation HEAP =
      Operation.of("heap", "live after all of it, with the files open", Unit.MEBIBYTES);
  private static final Operation COLD_A1 = millis("coldA1", "A1rows without page cache", 80);
  private static final Operation A1 = millis("A1", "count, sums and count by status", 1);
  private static final Operation A1_ROWS = millis("A1rows", "the same from the rows alone", 25);
  private static final Operation A2_HOT = millis("A2hot", "the same of the busiest user", 18);
  private static final Operation A2_RARE = millis("A2rare", "the same of the rarest user", 0.5);
  private static final Operation A3 = millis("A3", "the same of one day and model", 1.2);
  private static final Operation A4 = millis("A4", "rollup by day, user and key", 120);
  private static final Operation A5_MID = millis("A5mid", "newest 50 rows, middling user", 0.4);
  private static final Operation A5_RARE = millis("A5rare", "newest 50 rows, rarest user", 0.4);
  private static final Operation A6_HIT = micros("A6hit", "row by id, there is one", 25);
  private static final Operation A6_MISS = micros("A6miss", "row by id, there is none", 1);
  private static final Operation A7 = millis("A7", "every column of every row", 2200);

  private static Operation millis(String name, String description, double target) {
    return Operation.of(name, description, Unit.MILLIS).withTarget(target);
  }

  private static Operation micros(String name, String description, double target) {
    return Operation.of(name, description, Unit.MICROS).withTarget(target);
  }

  /** What Varve is measured as. */
  private static List<EventsSubject> own() {
    return List.of(new SegmentsSubject());
  }

  @Override
  public void run(Bench bench) throws Exception {
    List<EventsSubject> subjects = new ArrayList<>(own());
    for (EventsSubject peer : ServiceLoader.load(EventsSubject.class)) {
      if (bench.options().wantsPeer(peer.name())) {
        subjects.add(peer);
      }
    }
    List<String> ids = Ids.sample(bench.options());
    try (Workspace workspace = Workspace.open(bench.options(), "events")) {
      for (EventsSubject subject : subjects) {
        bench.progress("%s: %s", subject.name(), subject.about());
        try (subject) {
          measure(bench, subject, workspace, ids);
        }
        if (bench.options().keep() == null) {
          workspace.delete(subject.name());
        }
      }
    }
  }

  private static void measure(
      Bench bench, EventsSubject subject, Workspace workspace, List<String> ids) throws Exception {
    String name = subject.name();
    if (bench.options().wants(W2) && subject.syncsFewRows()) {
      String groups = name + "-groups";
      workspace.delete(groups);
      writeGroups(bench, subject, Files.createDirectories(workspace.resolve(groups)));
      subject.close();
      workspace.delete(groups);
    }
    String note = bench.options().rows() + " rows, seed " + bench.options().seed();
    note += name.equals(VARVE) ? ", " + Machine.commit() : "";
    if (workspace.has(name, note)) {
      bench.progress("%s: the rows are there from a run before", name);
      subject.openKept(workspace.resolve(name), bench.options().threads());
    } else {
      workspace.delete(name);
      load(bench, subject, Files.createDirectories(workspace.resolve(name)));
      workspace.note(name, note);
    }
    query(bench, subject, ids);
    bench.record(name, BYTES, List.of((double) subject.bytes() / bench.options().rows()), "");
    if (bench.options().wants(COLD_A1)) {
      cold(bench, subject);
    }
    if (name.equals(VARVE)) {
      System.gc();
      long live = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      bench.record(name, HEAP, List.of((double) live / (1 << 20)), "");
    }
  }

  /** Appends in small groups, each made durable. */
  private static void writeGroups(Bench bench, EventsSubject subject, Path directory)
      throws Exception {
    subject.create(directory, bench.options().threads());
    UsageBatch batch = new UsageBatch(GROUP_ROWS);
    List<Double> rates = new ArrayList<>();
    long start = System.nanoTime();
    for (int run = 0; run <= bench.options().runs(); run++) {
      if (run > 1 && bench.isLate(start)) {
        break;
      }
      UsageEvents events =
          new UsageEvents((long) GROUPS * GROUP_ROWS, bench.options().seed() + run);
      Stopwatch watch = Stopwatch.start();
      while (true) {
        watch.stop();
        if (!events.next(batch)) {
          break;
        }
        watch.resume();
        subject.append(batch);
        subject.sync();
      }
      if (run > 0) { // the first warms up
        rates.add(GROUPS * GROUP_ROWS * 1e9 / watch.nanos());
      }
    }
    bench.record(subject.name(), W2, rates, "");
  }

  /** Loads all rows; those of a checkpoint are generated before its time is taken. */
  private static void load(Bench bench, EventsSubject subject, Path directory) throws Exception {
    subject.create(directory, bench.options().threads());
    long rows = bench.options().rows();
    UsageEvents events = new UsageEvents(rows, bench.options().seed());
    UsageBatch batch = new UsageBatch((int) Math.min(CHECKPOINT_ROWS, rows));
    Stopwatch all = Stopwatch.start();
    all.stop();
    List<Double> rates = new ArrayList<>();
    long timed = 0;
    long timedRows = 0;
    for (int checkpoint = 1; events.next(batch); checkpoint++) {
      long before = all.nanos();
      all.resume();
      subject.append(batch);
      subject.sync();
      all.stop();
      timed += all.nanos() - before;
      timedRows += batch.size();
      if (checkpoint % 10 == 0 || timedRows == rows) {
        rates.add(timedRows * 1e9 / timed);
        timed = 0;
        timedRows = 0;
      }
    }
    bench.record(subject.name(), W1, rates, "");
    all.resume();
    subject.finish();
    all.stop();
    bench.record(subject.name(), W1_ALL, List.of(rows * 1e9 / all.nanos()), "");
    bench.record(subject.name(), W1_CPU, List.of(all.cpuNanos() / 1e3 / rows), "");
  }

  private static void query(Bench bench, EventsSubject subject, List<String> ids) throws Exception {
    String name = subject.name();
    subject.reopen();
    bench.measure(name, A1, () -> subject.totals(UsageFilter.ALL));
    bench.measure(name, A1_ROWS, subject::totalsFromRows);
    bench.measure(name, A2_HOT, () -> subject.totals(UsageFilter.ofUser(HOT)));
    bench.measure(name, A2_RARE, () -> subject.totals(UsageFilter.ofUser(RARE)));
    bench.measure(name, A3, () -> subject.totals(DAY_AND_MODEL));
    bench.measure(name, A4, subject::rollup);
    bench.measure(name, A5_MID, () -> subject.latest(MIDDLING, LATEST_ROWS));
    bench.measure(name, A5_RARE, () -> subject.latest(RARE, LATEST_ROWS));
    lookUp(bench, subject, A6_HIT, ids);
    lookUp(bench, subject, A6_MISS, ids.stream().map(Ids::absent).toList());
    bench.measure(name, A7, subject::scan);
  }

  /** Looks every id up; a run is the average of all. */
  private static void lookUp(
      Bench bench, EventsSubject subject, Operation operation, List<String> ids) throws Exception {
    if (!bench.options().wants(operation)) {
      return;
    }
    long start = System.nanoTime();
    long warmUp = start + (long) (bench.options().warmUpSeconds() * 1e9);
    List<Double> runs = new ArrayList<>();
    String answer = "";
    while (runs.size() < bench.options().runs() && (runs.isEmpty() || !bench.isLate(start))) {
      boolean warm = System.nanoTime() > warmUp;
      StringBuilder answers = new StringBuilder();
      Stopwatch watch = Stopwatch.start();
      for (String id : ids) {
        answers.append(subject.lookup(id));
      }
      watch.stop();
      answer = Integer.toHexString(answers.toString().hashCode());
      if (warm || bench.isLate(start)) {
        runs.add(watch.nanos() / 1e3 / ids.size());
      }
    }
    bench.record(subject.name(), operation, runs, answer);
  }

  private static void cold(Bench bench, EventsSubject subject) throws Exception {
    List<Double> runs = new ArrayList<>();
    String answer = "";
    long start = System.nanoTime();
    for (int run = 0; run < bench.options().runs(); run++) {
      if (run > 0 && bench.isLate(start)) {
        break;
      }
      if (!bench.dropPageCache()) {
        bench.progress("not permitted to drop the page cache: nothing cold is measured");
        return;
      }
      subject.reopen();
      if (!bench.dropPageCache()) {
        return;
      }
      Stopwatch watch = Stopwatch.start();
      answer = subject.totalsFromRows().toString();
      watch.stop();
      runs.add(watch.nanos() / 1e6);
    }
    bench.record(subject.name(), COLD_A1, runs, answer);
  }

  /** Ids to look up. */
  private static final class Ids {

    private static final int COUNT = 200;

    private Ids() {}

    /** Returns ids of rows from the first to the last. */
    static List<String> sample(BenchOptions options) {
      UsageEvents events = new UsageEvents(options.rows(), options.seed());
      UsageBatch batch = new UsageBatch(8192);
      long step = Math.max(1, options.rows() / COUNT);
      List<String> ids = new ArrayList<>();
      long first = 0;
      while (events.next(batch)) {
        for (long row = (first + step - 1) / step * step; row < first + batch.size(); row += step) {
          ids.add(batch.id((int) (row - first)));
        }
        first += batch.size();
      }
      return ids;
    }

    /** Returns an id of the same time that no row has. */
    static String absent(String id) {
      return id.substring(0, 18) + "ZZZZZZZZ";
    }
  }
}
