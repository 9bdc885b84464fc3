package io.varve.table;

import io.varve.io.LockableFileStore;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CutOperation;
import io.varve.table.protocol.Head;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.RewindOperation;
import io.varve.table.protocol.RewindRequest;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TailState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * Makes a damaged table readable again, from what is left of it: puts damaged files aside, keeps
 * the rows of theirs that are whole, and tells exactly how many are not. Deletes nothing that is
 * damaged. Refuses where it could do harm, and then changes nothing. Confined to one thread.
 */
public final class TableRepair {

  /** The directory that damaged files are moved to. */
  public static final String QUARANTINE = "corrupt";

  /** So many commits in a row no log loses. */
  private static final long MOST_LOST = 100_000;

  private final LockableFileStore store;
  private final String who;
  private final LongSupplier clockMillis;
  private final List<Act> acts = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();

  /**
   * Prepares a repair.
   *
   * @param who does it, in words, for the commits
   * @param clockMillis dates the commits
   */
  public TableRepair(LockableFileStore store, String who, LongSupplier clockMillis) {
    this.store = store;
    this.who = who;
    this.clockMillis = clockMillis;
  }

  /**
   * What is done about one file.
   *
   * @param file relative to the table
   * @param action in words
   * @param rowsLost how many rows of the newest commit can't be read any more
   * @param rowsSaved how many rows of the file are in other files now
   */
  public record Act(String file, String action, long rowsLost, long rowsSaved) {}

  /**
   * What was done, or would be.
   *
   * @param acts one for each damaged file
   * @param refusals why nothing was done; empty if it was
   * @param commit the record that makes the table whole; 0 if none was needed or made
   */
  public record Report(List<Act> acts, List<String> refusals, long commit) {

    /** Copies the lists. */
    public Report {
      acts = List.copyOf(acts);
      refusals = List.copyOf(refusals);
    }
  }

  /**
   * Repairs what a verification found.
   *
   * @param found what is damaged or missing
   * @param takeOver whether the table may be taken over, so that a job that writes to it is fenced:
   *     tails, and commits that are lost, need that
   * @param dryRun whether it is only told what would be done
   */
  public Report repair(TableVerifier.Report found, boolean takeOver, boolean dryRun)
      throws IOException {
    acts.clear();
    refusals.clear();
    Set<String> damaged = new TreeSet<>();
    found.problems().forEach(problem -> damaged.add(problem.file()));
    refuseWhatNobodyCanMake(damaged);
    if (!damaged.isEmpty()) {
      refuseStrangers();
    }
    if (damaged.isEmpty() || !refusals.isEmpty()) {
      return new Report(acts, refusals, 0);
    }
    BrokenLog broken = new BrokenLog(store, damaged);
    Head head = broken.newestWhole();
    if (head == null) {
      refusals.add(
          "no commit can be read any more: the newest state and the commits after it are needed,"
              + " restore "
              + String.join(", ", damaged)
              + " from a backup");
      return new Report(acts, refusals, 0);
    }
    boolean cut = damaged.stream().anyMatch(file -> !isHintOrState(file));
    if (cut) {
      refuseKept(head);
    }
    if (broken.newest() > head.number() && !takeOver) {
      refusals.add(
          "the commits "
              + (head.number() + 1)
              + " to "
              + broken.newest()
              + " are lost, and the table goes back to commit "
              + head.number()
              + ": stop the job that writes to it, and add --take-over");
    }
    TableDirectory table =
        TableDirectory.open(store).asOf(head.number(), head.state()).withTruncated();
    List<Change.Replace> replaces = files(table, head, damaged, takeOver, dryRun);
    tellOfLog(damaged, broken, head);
    if (dryRun || !refusals.isEmpty()) {
      return new Report(acts, refusals, 0);
    }
    return new Report(acts, refusals, perform(broken, head, damaged, replaces, cut, takeOver));
  }

  private static boolean isHintOrState(String file) {
    return file.equals(TableLayout.HEAD) || file.startsWith(TableLayout.STATES + "/");
  }

  private void refuseWhatNobodyCanMake(Set<String> damaged) {
    for (String file : damaged) {
      if (file.isEmpty()
          || file.equals(TableLayout.DESCRIPTION)
          || file.startsWith(TableLayout.BASE)) {
        refusals.add(
            store.describe(file.isEmpty() ? TableLayout.DESCRIPTION : file)
                + ": says what the table is, and can't be made from anything else; restore it from"
                + " a backup");
      }
    }
  }

  /** A file named by a number that the log can't have reached would be counted up to. */
  private void refuseStrangers() throws IOException {
    long before = -1;
    for (long number : FileCommitLog.numbers(store, TableLayout.COMMITS)) {
      if (before >= 0 && number - before > MOST_LOST) {
        refusals.add(
            store.describe(TableLayout.commit(number))
                + ": is named by a number that the log can't have reached, the file before it by "
                + before
                + "; move the file away, and repair again");
        return;
      }
      before = number;
    }
  }

  /** Older commits need files that are damaged, so they go: what somebody wants to keep may not. */
  private void refuseKept(Head head) throws IOException {
    head.state()
        .facts()
        .tags()
        .forEach(
            (tag, number) ->
                refusals.add(
                    "tag '"
                        + tag
                        + "' keeps commit "
                        + number
                        + ", and a repair lets all older commits go: take the tag away first"));
    long now = clockMillis.getAsLong();
    for (LeaseFile lease : LeaseFile.list(store)) {
      if (lease.validUntilMillis() >= now) {
        refusals.add(
            "a reader holds commit "
                + lease.record()
                + " ("
                + lease.path()
                + "), and a repair lets all older commits go: wait for it to end");
      }
    }
  }

  private List<Change.Replace> files(
      TableDirectory table, Head head, Set<String> damaged, boolean takeOver, boolean dryRun)
      throws IOException {
    WriterFiles files = new WriterFiles(table, ThreadLocalRandom.current().nextLong());
    RowSalvage salvage = new RowSalvage(table, files);
    List<Change.Replace> replaces = new ArrayList<>();
    Map<String, Act> told = new TreeMap<>();
    for (Map.Entry<String, PartitionState> entry :
        head.state().partitions().toSortedMap().entrySet()) {
      String partition = entry.getKey();
      for (SegmentRef segment : entry.getValue().segments().toSortedMap().values()) {
        if (damaged.contains(segment.file())) {
          RowSalvage.Saved saved =
              salvage.segment(partition, segment, dryRun || !refusals.isEmpty());
          List<String> input = List.of(segment.file());
          replaces.add(new Change.Replace(partition, input, List.of(), saved.segments(), false));
          tell(told, segment.file(), saved.rowsLost(), segment.rows());
        }
      }
      for (TailState tail : entry.getValue().tails().toSortedMap().values()) {
        if (damaged.contains(tail.file())) {
          boolean only = dryRun || !takeOver || !refusals.isEmpty();
          RowSalvage.Saved saved = salvage.tail(partition, tail, only);
          replaces.add(
              new Change.Replace(
                  partition, List.of(), List.of(tail.visible()), saved.segments(), true));
          tell(told, tail.file(), saved.rowsLost(), tail.rowCount());
          if (!takeOver) {
            refusals.add(
                tail.file()
                    + ": a job may be writing this tail; stop the job, and add --take-over");
          }
        }
      }
    }
    for (String file : damaged) {
      if (TableLayout.isDataFile(file) && !told.containsKey(file)) {
        told.put(file, new Act(file, "put aside; only older commits show it, and go", 0, 0));
      }
    }
    acts.addAll(told.values());
    return replaces;
  }

  private static void tell(Map<String, Act> told, String file, long lost, long rows) {
    Act before = told.getOrDefault(file, new Act(file, "", 0, 0));
    told.put(
        file,
        new Act(
            file,
            "put aside; the rows that are whole are in other files",
            before.rowsLost() + lost,
            before.rowsSaved() + rows - lost));
  }

  private void tellOfLog(Set<String> damaged, BrokenLog broken, Head head) throws IOException {
    for (String file : damaged) {
      if (file.equals(TableLayout.HEAD)) {
        acts.add(new Act(file, "put aside; it is only a hint", 0, 0));
      } else if (file.startsWith(TableLayout.STATES + "/")) {
        acts.add(new Act(file, "put aside; the state is derived from the commits", 0, 0));
      } else if (file.startsWith(TableLayout.COMMITS + "/")
          && broken.number(file) < head.number()) {
        acts.add(new Act(file, "put aside; older commits go, the newest does not need them", 0, 0));
      }
    }
    for (long number = head.number() + 1; number <= broken.newest(); number++) {
      acts.add(
          new Act(
              TableLayout.commit(number),
              "put aside; the table goes back to commit " + head.number(),
              broken.rowsBroughtBy(number),
              0));
    }
  }

  private long perform(
      BrokenLog broken,
      Head head,
      Set<String> damaged,
      List<Change.Replace> replaces,
      boolean cut,
      boolean takeOver)
      throws IOException {
    Author author = new Author(UUID.randomUUID().toString(), who, "repair");
    Set<String> aside = new HashSet<>();
    damaged.stream().filter(TableRepair::isHintOrState).forEach(aside::add);
    quarantine(aside);
    if (!cut) {
      return 0;
    }
    FileCommitLog log = new FileCommitLog(store);
    log.writeHint(head.number()); // an earlier repair that failed may have left it at a damaged one
    long oldBase = log.base();
    if (broken.newest() > head.number()) {
      broken.goBackTo(head, author, clockMillis.getAsLong());
    } else if (takeOver) {
      RunId run = new RunId(clockMillis.getAsLong(), ThreadLocalRandom.current().nextLong());
      RewindRequest request = new RewindRequest(RewindRequest.HEAD, run, author);
      new RewindOperation(request, new LogView()).run(log, clockMillis, BackOff::await);
    }
    LogView view = new LogView();
    Author second = new Author(UUID.randomUUID().toString(), who, "repair");
    long through = new CutOperation(replaces, second, view).run(log, clockMillis, BackOff::await);
    log.keepState(through + 1, view.head().state());
    Set<String> rest = new HashSet<>(damaged);
    for (long number = head.number() + 1; number <= broken.newest(); number++) {
      rest.add(TableLayout.commit(number));
    }
    quarantine(rest);
    log.raiseBase(through); // last: from now on nobody would miss what has not been put aside
    for (long number = oldBase + 1; number <= through; number++) {
      log.deleteRecord(number);
    }
    return through + 1;
  }

  /** Moves files aside, each under a name that no other has. */
  private void quarantine(Set<String> files) throws IOException {
    for (String file : new TreeSet<>(files)) {
      if (store.length(file).isEmpty()) {
        continue;
      }
      int copy = 1;
      while (store.length(QUARANTINE + "/" + file + "." + copy).isPresent()) {
        copy++;
      }
      store.move(file, QUARANTINE + "/" + file + "." + copy);
    }
  }
}
