package io.varve.table;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.Checksums;
import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.SchemaChange;
import io.varve.schema.TableDefinition;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verification beside somebody who writes; what it finds is in the tests of its command. */
class TableVerifierTest {

  private static final Schema SCHEMA =
      Schema.builder().timeColumn("time", DataType.timestamp(3)).build();

  @TempDir Path directory;

  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private TestTable table;

  @BeforeEach
  void create() throws IOException {
    table = TestTable.create(directory, TableDefinition.builder(SCHEMA).build());
    commit();
  }

  @AfterEach
  void close() throws IOException {
    executor.shutdownNow();
    table.close();
  }

  private long commit() throws IOException {
    table.add(row -> row.setTimestamp(0, 1, 0));
    return table.commit(false);
  }

  private List<TableVerifier.Problem> problems(FileStore store) throws IOException {
    return new TableVerifier(store, true, executor, bytes -> {}).verify().problems();
  }

  /** Returns a store in which something happens after a directory of commits has been listed. */
  private FileStore afterEachListing(Callable<?> action) {
    FileStore real = new LocalFileStore(directory);
    Object store =
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {FileStore.class},
            (proxy, method, arguments) -> {
              Object result;
              try {
                result = method.invoke(real, arguments);
              } catch (InvocationTargetException failed) {
                throw requireNonNull(failed.getCause());
              }
              if (method.getName().equals("list") && arguments[0].equals(TableLayout.COMMITS)) {
                action.call();
              }
              return result;
            });
    return (FileStore) store;
  }

  /** A file that somebody put there must not make it count up to its name. */
  @Test
  void commitsThatAreMissingAreToldInOneLine() throws IOException {
    Path commits = directory.resolve(TableLayout.COMMITS);
    Files.write(commits.resolve("09223372036854775806"), new byte[] {1});
    Files.write(commits.resolve("09999999999999999999"), new byte[] {1}); // no number of a record
    Files.write(commits.resolve("99999999999999999999"), new byte[] {1});
    List<TableVerifier.Problem> problems = problems(new LocalFileStore(directory));
    assertThat(problems).hasSize(2);
    assertThat(problems.get(0).problem())
        .contains("is missing, and so are all up to 9223372036854775805");
    assertThat(problems.get(1).file()).endsWith("09223372036854775806");
  }

  /** Found by changing files at random: the records from there on were counted one by one. */
  @Test
  void aBaseBelowZeroIsDamage() throws IOException {
    FileStore store = new LocalFileStore(directory);
    new FileCommitLog(store).raiseBase(1);
    Path file = directory.resolve(TableLayout.base(1));
    byte[] bytes = Files.readAllBytes(file);
    bytes[15] = (byte) 0x80; // the sign
    int checksum = Checksums.crc32c(bytes, 0, bytes.length - 4);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 4, checksum);
    Files.write(file, bytes);
    assertThat(problems(store))
        .extracting(TableVerifier.Problem::problem)
        .anySatisfy(told -> assertThat(told).contains("expected the number of a record"));
  }

  @Test
  void aCommitMadeMeanwhileIsNoDamage() throws IOException {
    assertThat(problems(afterEachListing(this::commit))).isEmpty();
  }

  @Test
  void columnsChangedMeanwhileAreNoDamage() throws IOException {
    TableMaintenance maintenance = new TableMaintenance(table.table(), "a test", () -> 0);
    Callable<?> change =
        () -> {
          String column = "c" + TableSnapshot.latest(table.table()).number();
          maintenance.alter(
              List.of(new SchemaChange.Add(column, DataType.int64(), true, null, null)), "");
          return commit();
        };

    assertThat(problems(afterEachListing(change))).isEmpty();
  }

  @Test
  void aDamagedHintDoesNotMakeFilesOfNewColumnsLookDamaged() throws IOException {
    new TableMaintenance(table.table(), "a test", () -> 0)
        .alter(List.of(new SchemaChange.Add("c", DataType.int64(), true, null, null)), "");
    commit();
    Files.writeString(directory.resolve(TableLayout.HEAD), "not a number");

    assertThat(problems(new LocalFileStore(directory)))
        .extracting(TableVerifier.Problem::file)
        .containsExactly(TableLayout.HEAD);
  }
}
