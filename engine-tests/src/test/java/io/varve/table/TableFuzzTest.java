package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BlockSource;
import io.varve.column.RowSink;
import io.varve.io.FileEntry;
import io.varve.io.VarveException;
import io.varve.query.Filter;
import io.varve.schema.DataType;
import io.varve.schema.HiddenField;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.SchemaChange;
import io.varve.schema.TableDefinition;
import io.varve.testkit.Allocations;
import io.varve.testkit.FileMutator;
import io.varve.testkit.MemoryFileStore;
import io.varve.testkit.SeededTest;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;

/**
 * Every kind of file of a table, changed at random with its checksums made right again, and then
 * everything that a reader does, a verification, and a writer that goes on: an error that names
 * what is wrong, or an answer; never another exception, much memory or a hang. {@code varve.runs}
 * multiplies the tables; prints what it did.
 */
class TableFuzzTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("time", DataType.timestampLtz(9))
          .column("group", DataType.string())
          .column("text", DataType.string())
          .column("n", DataType.int64())
          .column("amount", DataType.decimal(38, 4))
          .column("price", DataType.float64())
          .column("raw", DataType.bytes())
          .build();

  private static final int CHANGES_OF_A_SEGMENT = 15;
  private static final int CHANGES_OF_ANOTHER = 3;

  /** Some times what reading the table takes, much less than a wild length would ask for. */
  private static final long MAX_ALLOCATION = 400L << 20;

  private static final Map<String, Integer> REFUSED = new TreeMap<>();
  private static final Map<String, Integer> CHANGED = new TreeMap<>();

  private final MemoryFileStore store = new MemoryFileStore();
  private boolean told;

  @AfterAll
  static void print() {
    System.out.println("files of tables changed: " + CHANGED + ", refused: " + REFUSED);
  }

  private static TableDefinition definition() {
    return TableDefinition.builder(SCHEMA)
        .partitionedBy("group")
        .bloomColumns("text", "n")
        .tallyColumns("group")
        .projection(Projection.parse("p", "hour, group", "sum(n), max(price), min(text)"))
        .build();
  }

  private static void set(RowSink row, Random random, int number) {
    row.setTimestamp(0, number * 1000L, random.nextInt(1000));
    row.setString(1, "g" + number % 2);
    if (random.nextInt(5) > 0) {
      row.setString(2, "text " + random.nextInt(number % 2 == 0 ? 9 : 9000));
      row.setLong(3, random.nextLong() >> random.nextInt(64));
      row.setDecimal(4, new BigDecimal(new BigInteger(100, random), 4));
      row.setDouble(5, random.nextInt(3) == 0 ? random.nextDouble() : number / 100.0);
      row.setBytes(6, new byte[random.nextInt(9)]);
    }
  }

  private void write(Random random) throws IOException {
    try (TestTable table = TestTable.create(store, definition(), WriterOptions.DEFAULTS)) {
      int rows = 0;
      for (int commit = 3 + random.nextInt(3); commit > 0; commit--) {
        int end = rows + 1 + random.nextInt(commit == 3 ? 3000 : 200);
        for (; rows < end; rows++) {
          long seed = random.nextLong();
          int number = rows;
          table.add(row -> set(row, new Random(seed), number)); // is asked twice
        }
        table.commit(commit > 1);
      }
      TableMaintenance maintenance = new TableMaintenance(table.table(), "a test", () -> 0);
      maintenance.delete(Filter.lt("n", -1000L), "to have one");
      maintenance.alter(
          List.of(new SchemaChange.Add("c", DataType.int64(), true, null, null)), "to have one");
      if (random.nextInt(3) == 0) { // leaves a state file, and one of base
        new TableUpkeep(table.table(), "a test", () -> 1 << 20)
            .expire(new HistoryOptions(1, 1), false);
      }
    }
    TableDirectory table = TableDirectory.open(store);
    LeasedSnapshot reader = LeasedSnapshot.latest(table, "a reader", () -> 0);
    Map<String, byte[]> leased = files("");
    reader.close();
    leased.forEach(store::replace); // the lease of a reader that died
  }

  @SeededTest(runs = 8)
  void anyChangeIsAnErrorOrAnAnswer(Random random) throws IOException {
    write(random);
    Map<String, byte[]> good = files("");
    for (Map.Entry<String, byte[]> file : good.entrySet()) {
      String path = file.getKey();
      if (path.startsWith(TableLayout.COMMITS) && random.nextInt(good.size()) > 20) {
        continue; // where there are many
      }
      String kind = path.contains("group=") ? path.split("/")[2] : path.replaceAll("/.*", "");
      FileMutator mutator = new FileMutator(file.getValue());
      int changes = kind.equals("segments") ? CHANGES_OF_A_SEGMENT : CHANGES_OF_ANOTHER;
      for (int n = file.getValue().length == 0 ? 0 : changes; n > 0; n--) {
        for (String now : files("").keySet()) {
          store.delete(now);
        }
        good.forEach(store::replace);
        store.replace(path, mutator.mutate(random));
        CHANGED.merge(kind, 1, Integer::sum);
        told = false;
        answer(this::read);
        answer(this::verify);
        answer(this::goOn);
        REFUSED.merge(kind, told ? 1 : 0, Integer::sum);
      }
    }
  }

  private Map<String, byte[]> files(String directory) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (FileEntry entry : store.list(directory)) {
      String path = directory.isEmpty() ? entry.name() : directory + "/" + entry.name();
      if (entry.directory()) {
        files.putAll(files(path));
      } else {
        files.put(path, store.readAll(path, Integer.MAX_VALUE));
      }
    }
    return files;
  }

  private interface Reading {
    void run() throws IOException;
  }

  /** Lets something be answered, or refused by an error that tells what is wrong. */
  private void answer(Reading reading) throws IOException {
    long before = Allocations.bytes();
    try {
      reading.run();
    } catch (VarveException | NoSuchFileException | IllegalArgumentException error) {
      assertThat(error.getMessage()).isNotBlank();
      told = true;
    } finally {
      assertThat(Allocations.bytes() - before).isLessThan(MAX_ALLOCATION);
    }
  }

  private void read() throws IOException {
    TableSnapshot snapshot = TableSnapshot.latest(TableDirectory.open(store));
    for (ScanUnit unit : snapshot.units()) {
      answer(() -> read(unit, snapshot.table()));
    }
    TableSnapshot.at(snapshot.table(), 2).units();
  }

  private static void read(ScanUnit unit, TableDirectory table) throws IOException {
    try (BlockSource source = unit.open(table)) {
      for (int block = 0; block < source.blockCount(); block++) {
        source.deletedRows(block);
        for (int i = 0; i < table.schema().size(); i++) {
          int field = table.schema().field(i).id();
          source.zoneMap(block, field);
          source.read(block, field);
        }
        for (HiddenField field : HiddenField.values()) {
          source.read(block, field.id());
        }
      }
    }
  }

  private void verify() throws IOException {
    new TableVerifier(store, true, new CallingThread(), bytes -> {}).verify();
  }

  private void goOn() throws IOException {
    try (TestTable table = TestTable.create(store, definition(), WriterOptions.DEFAULTS)) {
      table.add(row -> set(row, new Random(1), 77));
      table.commit(true);
    }
  }

  /** Runs what it is given at once, so that what it allocates is counted. */
  private static final class CallingThread extends AbstractExecutorService
      implements ExecutorService {

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
