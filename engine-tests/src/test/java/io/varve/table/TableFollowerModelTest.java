package io.varve.table;

import static io.varve.table.UpkeepFixture.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.io.OpenRefusedException;
import io.varve.io.TableRewoundException;
import io.varve.query.Block;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.Selection;
import io.varve.table.UpkeepFixture.Attempt;
import io.varve.table.protocol.AggregatorState;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.SegmentRef;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is told to be new is what a commit shows and the one before did not, whatever happened in
 * between: every row has a number of its own, and both commits are read in full.
 */
class TableFollowerModelTest {

  /** What can happen between two looks. */
  private enum Move {
    TAIL,
    SEAL,
    MERGE,
    MERGE_WITH_ROWS,
    DELETE,
    GUEST,
    RESTART,
    RESTART_WITH_PENDING,
    ADOPT,
    REWIND,
    FOLLOW
  }

  private static final Map<Move, Integer> MADE = new EnumMap<>(Move.class);

  @TempDir Path directory;

  private final List<AggregatorState> states = new ArrayList<>();
  private final List<Long> checkpoints = new ArrayList<>();
  private UpkeepFixture job;
  private Attempt attempt;
  private TestTable guests;
  private TableFollower follower;
  private long checkpoint;
  private long nextNumber;
  private int runs;

  @AfterAll
  static void everyMoveWasMade() {
    assertThat(MADE.keySet()).containsExactly(Move.values());
  }

  @BeforeEach
  void create() throws IOException {
    job = new UpkeepFixture(directory);
    guests = TestTable.create(directory, job.table.definition());
    attempt = job.start(job.run(++runs), 0, null, WriterOptions.DEFAULTS.withTargetRows(700));
    follower = TableFollower.from(job.table, 0);
  }

  @SeededTest(runs = 4)
  void stepsShowWhatIsNew(Random random) throws IOException {
    for (int move = 0; move < 40; move++) {
      job.now += 1 + random.nextInt(1000);
      Move chosen = Move.values()[random.nextInt(Move.values().length)];
      MADE.merge(chosen, 1, Integer::sum);
      make(chosen, random);
    }
    follow(Integer.MAX_VALUE);
    attempt.close();
    guests.close();
  }

  private void make(Move move, Random random) throws IOException {
    switch (move) {
      case TAIL -> round(false, List.of(), random);
      case SEAL -> round(true, List.of(), random);
      case MERGE -> commit(attempt.barrierWith(merges(random)));
      case MERGE_WITH_ROWS -> round(random.nextBoolean(), merges(random), random);
      case DELETE -> {
        long from = nextNumber == 0 ? 0 : random.nextLong(nextNumber);
        Filter filter = Filter.between("n", from, from + random.nextInt(40));
        new TableMaintenance(job.table, "a test", () -> job.now).delete(filter, "a test");
      }
      case GUEST -> {
        for (int rows = random.nextInt(50); rows >= 0; rows--) {
          long number = nextNumber++;
          guests.add(
              row -> {
                row.setTimestamp(0, job.now - number % 7, 0);
                row.setLong(1, number);
              });
        }
        guests.commit(true);
      }
      case RESTART -> restart(random);
      case RESTART_WITH_PENDING -> {
        for (int committables = 1 + random.nextInt(3); committables > 0; committables--) {
          attempt.add(numbers(random));
          attempt.barrier(random.nextBoolean());
          checkpoint++;
        }
        restart(random);
      }
      case ADOPT ->
          attempt.writer.adopt(TableSnapshot.latest(job.table).state(), partition -> true);
      case REWIND -> rewind(random);
      case FOLLOW -> follow(1 + random.nextInt(8));
    }
  }

  private void start(long restored, @Nullable AggregatorState state, Random random)
      throws IOException {
    WriterOptions options = WriterOptions.DEFAULTS.withTargetRows(50 + random.nextInt(2000));
    job.now++;
    attempt = job.start(job.run(++runs), restored, state, options);
    checkpoint = restored;
  }

  private void restart(Random random) throws IOException {
    AggregatorState state = attempt.aggregator.snapshot();
    attempt.close();
    start(checkpoint, state, random);
  }

  private void round(boolean seal, List<Change.Replace> merges, Random random) throws IOException {
    attempt.round(seal, merges, numbers(random));
    checkpoint++;
    states.add(attempt.aggregator.snapshot());
    checkpoints.add(checkpoint);
  }

  private void commit(@Nullable Committable committable) throws IOException {
    checkpoint++;
    if (committable != null) {
      attempt.commit(committable);
      job.date();
    }
  }

  private long[] numbers(Random random) {
    long[] numbers = new long[1 + random.nextInt(random.nextInt(4) == 0 ? 1500 : 60)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = nextNumber++;
    }
    return numbers;
  }

  private List<Change.Replace> merges(Random random) throws IOException {
    TableSnapshot snapshot = TableSnapshot.latest(job.table);
    List<SegmentRef> segments =
        new ArrayList<>(snapshot.state().partition(PARTITION).segments().toSortedMap().values());
    Collections.shuffle(segments, random);
    List<SegmentRef> some = segments.subList(0, random.nextInt(segments.size() + 1));
    return some.isEmpty()
        ? List.of()
        : List.of(
            new SegmentMerger(snapshot, WriterOptions.DEFAULTS, random.nextLong(), () -> false)
                .merge(PARTITION, some));
  }

  /** Rows of guests can't be dropped, and then the job goes on as it was. */
  private void rewind(Random random) throws IOException {
    if (states.isEmpty()) {
      return;
    }
    int back = random.nextInt(states.size());
    AggregatorState state = states.get(back);
    long restored = checkpoints.get(back);
    attempt.close();
    long before = TableSnapshot.latest(job.table).number();
    try {
      start(restored, state, random);
      states.subList(back + 1, states.size()).clear();
      checkpoints.subList(back + 1, checkpoints.size()).clear();
    } catch (OpenRefusedException guestRows) {
      start(0, null, random);
      states.clear();
      checkpoints.clear();
    }
    long base = TableSnapshot.latest(job.table).record().orElseThrow().base();
    if (base < follower.commit()) {
      assertThatThrownBy(() -> follower.next(1))
          .isInstanceOf(TableRewoundException.class)
          .hasMessageContaining("took the table back to commit " + base)
          .hasMessageContaining("rows up to commit " + follower.commit());
      follower = TableFollower.from(job.table, random.nextBoolean() ? base : before + 1);
    }
  }

  private void follow(int most) throws IOException {
    List<Long> before = rows(TableSnapshot.at(job.table, follower.commit()));
    long from = follower.commit();
    List<TableFollower.Step> steps = follower.next(most);
    for (TableFollower.Step step : steps) {
      TableSnapshot snapshot = TableSnapshot.at(job.table, step.commit());
      List<Long> after = rows(snapshot);
      List<Long> fresh = new ArrayList<>(after);
      fresh.removeAll(new HashSet<>(before));
      List<Long> told = rows(step.units());
      assertThat(told).as("new in %s", snapshot.record()).isEqualTo(fresh);
      before = after;
    }
    long to = follower.commit();
    assertThat(TableFollower.from(job.table, from).nextTo(to)).as("again").isEqualTo(steps);
    assertThat(steps.isEmpty() ? from : steps.get(steps.size() - 1).commit()).isEqualTo(to);
  }

  private List<Long> rows(TableSnapshot snapshot) throws IOException {
    return rows(snapshot.units());
  }

  private List<Long> rows(List<ScanUnit> units) throws IOException {
    List<Long> rows = new ArrayList<>();
    Selection selection = new Selection();
    for (ScanUnit unit : units) {
      try (BlockSource source = unit.open(job.table)) {
        BoundFilter all = BoundFilter.of(Filter.all(), source.schema());
        for (int index = 0; index < source.blockCount(); index++) {
          Block block = new Block(source, index);
          all.select(block, selection);
          LongColumn column = (LongColumn) block.column(source.schema().field(1).id());
          for (int row = selection.next(0); row >= 0; row = selection.next(row + 1)) {
            rows.add(column.get(row));
          }
        }
      }
    }
    rows.sort(null);
    return rows;
  }
}
