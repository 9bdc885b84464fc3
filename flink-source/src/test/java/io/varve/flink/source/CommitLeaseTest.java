package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.varve.io.LocalFileStore;
import io.varve.io.StoreUnsuitableException;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.testkit.FaultInjectingFileStore;
import io.varve.testkit.FaultInjectingFileStore.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that refuses to be written to, as object stores do, is read without a lease. */
class CommitLeaseTest {

  @TempDir Path directory;

  private TableSnapshot readOnly() throws IOException {
    Usage.table(directory, Usage.random(new Random(1), 0, 10)).close();
    return TableSnapshot.latest(
        TableDirectory.open(
            new FaultInjectingFileStore(
                new LocalFileStore(directory),
                (operation, path, moment) -> {
                  if (operation == Operation.PUBLISH || operation == Operation.REPLACE) {
                    throw new StoreUnsuitableException("this store is only read");
                  }
                })));
  }

  @Test
  void aStoreThatIsOnlyReadNeedsNoLease() throws IOException {
    TableSnapshot snapshot = readOnly();
    assertThat(snapshot.number()).isPositive();
    CommitLease lease = new CommitLease();

    assertThatCode(() -> lease.take(snapshot)).doesNotThrowAnyException();
    assertThat(lease.renew()).isFalse();
    assertThatCode(lease::close).doesNotThrowAnyException();
  }
}
