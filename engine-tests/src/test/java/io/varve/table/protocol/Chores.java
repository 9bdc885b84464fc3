package io.varve.table.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Starts acts of maintenance. */
final class Chores {

  private final World world;

  Chores(World world) {
    this.world = world;
  }

  Chore start(int argument) {
    String name = "chore" + world.nextId();
    RetainedLog retained = retained(argument);
    Author author = new Author(name, name, "maintenance");
    LogView view = new LogView(world.rules);
    int choice = argument / 9;
    ExpiryLimits limits = new ExpiryLimits(world.log.now - World.HISTORY, choice % 4 == 3 ? 3 : 1);
    return switch (argument % 9) {
      case 8 ->
          choice % 2 == 0
              ? eraseTails(name, author, view)
              : maintenance(name + " tail rewrite", rewriteTail(name, choice), author, view);
      case 0 -> maintenance(name + " delete", delete(name, choice), author, view);
      case 1 ->
          choice % 2 == 0
              ? maintenance(name + " delete where", deleteWhere(name, choice), author, view)
              : truncate(name + " truncate", choice / 2, author, view);
      case 2 ->
          choice % 4 == 3
              ? maintenance(name + " drop", drop(choice), author, view)
              : maintenance(name + " merge", merge(name, choice), author, view);
      case 3 ->
          choice % 3 == 2
              ? maintenance(name + " alter", Chores::alter, author, view)
              : maintenance(name + " tag", tag(choice), author, view);
      case 4 -> rewind(name, choice, author, view);
      case 5 ->
          new Chore(
              name + " orphans",
              new OrphanCleanUp(world.log.now - World.HISTORY, author, view, retained, world.rules),
              retained);
      default ->
          new Chore(
              name + " expiry", new Expiry(limits, author, view, retained, world.rules), retained);
    };
  }

  /** Returns what a job's upkeep has read before, if it is not being used; or a new one. */
  private RetainedLog retained(int argument) {
    boolean used =
        world.chores.stream().anyMatch(chore -> !chore.done && chore.retained == world.retained);
    return used || argument / 3 % 2 == 0 ? new RetainedLog() : world.retained;
  }

  private Chore maintenance(String name, MaintenanceRequest request, Author author, LogView view) {
    return new Chore(name, new MaintenanceOperation(request, author, view, world.rules));
  }

  /** Deletes a row by id, whether it is there yet or not. */
  private MaintenanceRequest delete(String name, int choice) {
    int stream = choice % 2;
    int row = Content.row(stream, choice / 2 % 4);
    List<Change> changes =
        List.of(new Change.Delete(Tombstone.lasting(name, null, Integer.toString(row))));
    return head -> changes;
  }

  /** Deletes a third of what is visible, whatever else it is. */
  private static MaintenanceRequest deleteWhere(String name, int choice) {
    String condition = Copies.REST + choice / 2 % Copies.DIVISOR;
    return head ->
        List.of(new Change.Delete(Tombstone.visibleIn(head.state(), name, null, condition)));
  }

  /** Changes the columns: a version more than those that the head has. */
  private static List<Change> alter(Head head) {
    String next = String.valueOf(World.schemaOf(head.state()) + 1);
    return List.of(new Change.Define(World.SCHEMA, next));
  }

  /** Takes away what is visible, of the table or of a bucket. */
  private Chore truncate(String name, int choice, Author author, LogView view) {
    Set<String> directories = Set.of(choice % 3 == 2 ? "" : "b" + choice % 3);
    Chore chore =
        maintenance(
            name, head -> Truncation.changes(head.state(), directories, name), author, view);
    chore.truncated = directories;
    return chore;
  }

  /** Merges the segments that a partition has now, however long the writing takes. */
  private MaintenanceRequest merge(String name, int choice) {
    String partition = "b" + choice % 2;
    TableState state = world.log.derive(world.log.newestExactly());
    if (state == null || state.partition(partition).segments().size() < 2) {
      return head -> List.of();
    }
    List<String> inputs = List.copyOf(state.partition(partition).segments().toSortedMap().keySet());
    List<Integer> rows = new ArrayList<>();
    inputs.forEach(input -> rows.addAll(world.rowsIn(input, 0, Integer.MAX_VALUE)));
    String output = name + "-m";
    List<Integer> left = world.rewritten(state, rows);
    world.log.write(output, left);
    Change.Replace replace =
        new Change.Replace(
            partition, inputs, List.of(), List.of(World.segment(output, left.size())), false);
    return head -> StateApplier.hasInputs(head.state(), replace) ? List.of(replace) : List.of();
  }

  /** Drops a segment whose rows have lived long enough, and these rows for good, as a ttl does. */
  private MaintenanceRequest drop(int choice) {
    String partition = "b" + choice / 4 % 2;
    TableState state = world.log.derive(world.log.newestExactly());
    if (state == null || state.partition(partition).segments().isEmpty()) {
      return head -> List.of();
    }
    String file = state.partition(partition).segments().toSortedMap().firstKey();
    Change.Replace replace =
        new Change.Replace(partition, List.of(file), List.of(), List.of(), false);
    List<Change> changes = new ArrayList<>();
    if (!world.mutation.has(World.Flaw.DROP_WITHOUT_TOMBSTONE)) {
      for (int row : world.rowsOf(world.rowsIn(file, 0, Integer.MAX_VALUE))) {
        String condition = Integer.toString(row);
        changes.add(new Change.Delete(Tombstone.lasting("d" + row, null, condition)));
      }
    }
    changes.add(replace);
    return head -> StateApplier.hasInputs(head.state(), replace) ? changes : List.of();
  }

  /** Takes the table over, and writes all tails anew without what has been deleted. */
  private Chore eraseTails(String name, Author author, LogView view) {
    if (world.mutation.has(World.Flaw.ERASES_WITHOUT_TAKING_OVER)) {
      CommitRecord newest = world.log.records.get(world.log.newestExactly());
      long epoch = newest == null ? 0 : newest.reign().epoch();
      return new Chore(name + " tails", rewriteTails(name, epoch));
    }
    RewindRequest request = new RewindRequest(RewindRequest.HEAD, world.newRun(), author);
    RewindOperation takeOver = new RewindOperation(request, view, world.rules);
    return new Chore(name + " take-over", takeOver)
        .andThen(() -> rewriteTails(name, view.head().record().reign().epoch()));
  }

  private TailRewriteOperation rewriteTails(String name, long epoch) {
    world.tailsErasedAt = world.log.now;
    Author author = new Author(name + "-t", name, "maintenance");
    LogView view = new LogView(world.rules);
    return new TailRewriteOperation(epoch, replaceTails(name), author, view, world.rules);
  }

  private List<Change.Replace> replaceTails(String name) {
    List<Change.Replace> replaces = new ArrayList<>();
    TableState state = world.log.derive(world.log.newestExactly());
    if (state == null) {
      return replaces;
    }
    state
        .partitions()
        .forEach(
            (partition, shown) -> {
              List<TailRange> tails = new ArrayList<>();
              List<Integer> rows = new ArrayList<>();
              shown
                  .tails()
                  .forEach(
                      (file, tail) -> {
                        tails.add(tail.visible());
                        rows.addAll(world.rowsIn(partition, tail));
                      });
              if (!tails.isEmpty()) {
                List<Integer> left = world.rewritten(state, rows);
                String output = name + partition + "-e";
                List<SegmentRef> outputs = new ArrayList<>();
                if (!left.isEmpty()) {
                  world.log.write(output, left);
                  outputs.add(World.segment(output, left.size()));
                }
                replaces.add(new Change.Replace(partition, List.of(), tails, outputs, true));
              }
            });
    return replaces;
  }

  /** What nobody may do while a job runs: takes frames from a tail whose writer may live. */
  private MaintenanceRequest rewriteTail(String name, int choice) {
    String partition = "b" + choice % 2;
    TableState state = world.log.derive(world.log.newestExactly());
    if (state == null || state.partition(partition).tails().isEmpty()) {
      return head -> List.of();
    }
    TailState tail = state.partition(partition).tails().toSortedMap().values().iterator().next();
    List<Integer> rows = world.rowsIn(partition, tail);
    String output = name + "-x";
    world.log.write(output, rows);
    Change.Replace replace =
        new Change.Replace(
            partition,
            List.of(),
            List.of(tail.visible()),
            List.of(World.segment(output, rows.size())),
            false);
    return head -> {
      world.tainted = true;
      return StateApplier.hasInputs(head.state(), replace) ? List.of(replace) : List.of();
    };
  }

  private MaintenanceRequest tag(int choice) {
    long record = Math.max(1, world.log.newestExactly() - choice % 4);
    return head ->
        record <= head.state().facts().expiredThrough() || record > head.number()
            ? List.of()
            : List.of(new Change.Tag("tag", choice % 5 == 0 ? 0 : record));
  }

  private Chore rewind(String name, int choice, Author author, LogView view) {
    long target = Math.max(1, world.log.newestExactly() - choice % 6);
    RewindRequest request = new RewindRequest(target, world.newRun(), author);
    return new Chore(
        name + " rewind to " + target, new RewindOperation(request, view, world.rules));
  }
}
