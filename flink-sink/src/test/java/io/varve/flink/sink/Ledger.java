package io.varve.flink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.FileStore;
import io.varve.table.FileCommitLog;
import io.varve.table.protocol.CommitRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What a job's sources had emitted up to each barrier, kept apart from everything the sink keeps:
 * the word against which a table is judged. Test and tasks share one JVM, so they find it by the
 * table's directory. Thread-safe.
 */
final class Ledger {

  private static final Map<String, Ledger> BY_DIRECTORY = new ConcurrentHashMap<>();

  /** By Flink job, subtask and checkpoint. */
  private final Map<String, Map<Integer, NavigableMap<Long, Page>>> pages =
      new ConcurrentHashMap<>();

  private Ledger() {}

  /**
   * What a subtask has emitted.
   *
   * @param attempt the number of the attempt, the same for all subtasks that run together
   * @param origin the {@linkplain #key key} of the checkpoint that its attempt was restored from,
   *     empty if from none, or if the subtask had ended before that checkpoint: Flink then gives it
   *     nothing back
   * @param before what all subtasks had emitted up to that
   * @param since what this one has emitted since
   */
  private record Page(int attempt, String origin, List<Long> before, List<Long> since) {}

  static Ledger of(String directory) {
    return BY_DIRECTORY.computeIfAbsent(directory, none -> new Ledger());
  }

  /** Returns what a job keeps in the state of its checkpoint, to find its place here again. */
  static String key(String job, long checkpoint) {
    return job + "/" + checkpoint;
  }

  /** Enters what a subtask has emitted up to a barrier; a later attempt corrects. */
  void enter(
      String job, int subtask, int attempt, long checkpoint, String origin, List<Long> since) {
    pages
        .computeIfAbsent(job, none -> new ConcurrentHashMap<>())
        .computeIfAbsent(subtask, none -> new ConcurrentSkipListMap<>())
        .put(checkpoint, new Page(attempt, origin, emitted(origin), List.copyOf(since)));
  }

  private List<Long> emitted(String key) {
    int slash = key.indexOf('/');
    return slash < 0
        ? List.of()
        : emitted(key.substring(0, slash), Long.parseLong(key.substring(slash + 1)));
  }

  /** Returns the checkpoint that an attempt was restored from, -1 if from none. */
  private static long originOf(Page page) {
    int slash = page.origin().indexOf('/');
    return slash < 0 ? -1 : Long.parseLong(page.origin().substring(slash + 1));
  }

  /** Returns the ids emitted by a job up to a checkpoint, sorted. */
  private List<Long> emitted(String job, long checkpoint) {
    List<Map.Entry<Long, Page>> newest = new ArrayList<>();
    for (NavigableMap<Long, Page> subtask : pages.getOrDefault(job, Map.of()).values()) {
      Map.Entry<Long, Page> page = subtask.floorEntry(checkpoint);
      if (page != null) {
        newest.add(page); // a subtask that has ended takes part in no later checkpoint
      }
    }
    if (newest.isEmpty()) {
      return List.of();
    }
    newest.sort(Map.Entry.comparingByKey());
    int attempt = newest.get(newest.size() - 1).getValue().attempt();
    List<Page> together =
        newest.stream().map(Map.Entry::getValue).filter(page -> page.attempt() == attempt).toList();
    Page restored = Collections.max(together, Comparator.comparingLong(Ledger::originOf));
    List<Long> ids = new ArrayList<>(restored.before());
    for (Page page : together) {
      if (page.origin().isEmpty() || page.origin().equals(restored.origin())) {
        ids.addAll(page.since());
      }
    }
    Collections.sort(ids);
    return ids;
  }

  /** Returns the ids that the one job had emitted up to its newest barrier, sorted. */
  List<Long> newest() {
    assertThat(pages).as("jobs").hasSize(1);
    return emitted(pages.keySet().iterator().next(), Long.MAX_VALUE);
  }

  private String jobOf(CommitRecord record) {
    String who = record.author().who();
    return pages.keySet().stream().filter(who::contains).findAny().orElse("");
  }

  /**
   * Requires of the record of each checkpoint that it shows what had been emitted up to that
   * checkpoint, whole rows, each once. A job's last rows may bear the number of a checkpoint before
   * the one that they are committed with: one that was given up. Of a job that met no barrier at
   * all nothing is known here.
   *
   * @return how many records that were
   */
  static int requireEveryRecordAgrees(Path directory) throws IOException {
    Ledger ledger = of(directory.toString());
    FileStore table = TestTables.toRead(directory);
    FileCommitLog log = new FileCommitLog(table);
    int checked = 0;
    for (long number = 1; number <= log.newest(); number++) {
      CommitRecord record = log.read(number).orElseThrow();
      String job = ledger.jobOf(record);
      if (record.body() instanceof CommitRecord.Data && !job.isEmpty()) {
        long checkpoint = record.progress().checkpoint();
        List<Event> shown = TableContent.eventsAt(table, number);
        if (!shown.equals(events(ledger.emitted(job, Long.MAX_VALUE)))) {
          assertThat(shown)
              .as("record %s of checkpoint %s; %s", number, checkpoint, ledger.describe(job))
              .isEqualTo(events(ledger.emitted(job, checkpoint)));
        }
        checked++;
      }
    }
    return checked;
  }

  /** Returns the pages of a job, without their rows: whoever differs needs to know why. */
  private String describe(String job) {
    StringBuilder text = new StringBuilder("the ledger has");
    pages
        .getOrDefault(job, Map.of())
        .forEach(
            (subtask, bySubtask) ->
                bySubtask.forEach(
                    (checkpoint, page) ->
                        text.append(
                            String.format(
                                " [%d.%d, attempt %d from '%s': %d and %d rows]",
                                subtask,
                                checkpoint,
                                page.attempt(),
                                page.origin(),
                                page.before().size(),
                                page.since().size()))));
    return text.toString();
  }

  private static List<Event> events(List<Long> ids) {
    return ids.stream().map(Event::of).toList();
  }
}
