package io.varve.chaos;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What has happened so far and how often. Confined to one thread. */
final class Tally {

  /** What is counted. */
  enum Item {
    TASK_MANAGER_KILLS("kills of TaskManagers"),
    KILLS_IN_COMMIT("  of them inside a commit"),
    JOB_MANAGER_KILLS("kills of the JobManager"),
    ZOMBIES("zombies: stopped until replaced, then woken"),
    FENCED("  of them refused when they went on"),
    FULL_DISKS("full disks"),
    SLOW_DISKS("slow disks"),
    RESCALES("rescales"),
    SAVEPOINTS("savepoints while running"),
    REWINDS("rewinds"),
    TAKE_OVERS("jobs replaced by a fork, failed for good"),
    SUBMISSIONS("submissions"),
    EPOCHS("epochs opened"),
    COMMITS("commits equal to the ledger when made"),
    COMMITS_AGAIN("commits equal to the ledger at the end"),
    ROWS("rows at the end");

    private final String label;

    Item(String label) {
      this.label = label;
    }
  }

  private final Map<Item, Long> counts = new TreeMap<>();

  void count(Item item) {
    counts.merge(item, 1L, Long::sum);
  }

  void set(Item item, long count) {
    counts.put(item, count);
  }

  long get(Item item) {
    return counts.getOrDefault(item, 0L);
  }

  void print(PrintStream out) {
    for (Item item : Item.values()) {
      out.printf(Locale.ROOT, "  %-48s %,10d%n", item.label, get(item));
    }
  }
}
