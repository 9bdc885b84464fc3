package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BlockSource;
import io.varve.column.LongColumn;
import io.varve.column.RowBuffer;
import io.varve.io.InputFile;
import io.varve.io.VarveException;
import io.varve.query.Filter;
import io.varve.schema.Schema;
import io.varve.segment.SegmentReader;
import io.varve.table.UpkeepFixture.Attempt;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.RewindOperation;
import io.varve.table.protocol.RewindRequest;
import io.varve.tail.FrameRange;
import io.varve.tail.TailReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is erased is nowhere in the directory, or the report says where it may be. */
class TableErasureTest {

  /**
   * A number that no other value looks like, in the bytes of a file as in a tail's plain frames.
   */
  private static final long SECRET = 0x1122_3344_5566_7788L;

  @TempDir Path directory;
  private UpkeepFixture fixture;

  @BeforeEach
  void create() throws IOException {
    fixture = new UpkeepFixture(directory);
  }

  private TableErasure erasure() throws IOException {
    return new TableErasure(fixture.table, "a test", () -> fixture.now);
  }

  private static Filter secret() {
    return Filter.eq("n", SECRET);
  }

  /** Returns the files that hold the number: as a value of a row, or as bytes anywhere. */
  private List<Path> filesWithTheSecret() throws IOException {
    byte[] wanted = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(SECRET).array();
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = directory.relativize(file).toString();
        if (indexOf(Files.readAllBytes(file), wanted) >= 0 || holdsTheSecret(name)) {
          found.add(directory.relativize(file));
        }
      }
    }
    return found;
  }

  private boolean holdsTheSecret(String file) throws IOException {
    Schema schema = fixture.table.schema();
    InputFile input = fixture.store.open(file);
    BlockSource source;
    if (file.endsWith(".vseg")) {
      source = SegmentReader.open(input, schema);
    } else if (file.endsWith(".vtail")) {
      source = TailReader.open(input, schema, new FrameRange(0, input.length()), null);
    } else {
      input.close();
      return false;
    }
    try (source) {
      for (int block = 0; block < source.blockCount(); block++) {
        LongColumn column = (LongColumn) source.read(block, schema.field(1).id());
        for (int row = 0; row < source.rowCount(block); row++) {
          if (column.get(row) == SECRET) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int at = 0; at + wanted.length <= bytes.length; at++) {
      if (java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    return -1;
  }

  @Test
  void rowsLeaveTailsOfATableThatIsTakenOver() throws IOException {
    Attempt job = fixture.start(fixture.run(1), 0, null);
    job.round(false, 1, SECRET, 3);
    job.round(true, 4, SECRET, 5);
    job.round(false, 6, SECRET, 7);
    job.add(8, SECRET);
    job.barrier(false); // durable, and never committed
    fixture.date();
    fixture.now += 1000;
    assertThat(filesWithTheSecret()).hasSizeGreaterThan(1);

    TableErasure.Report report = erasure().eraseTakingOver(secret(), "a request");

    assertThat(report.notReached()).isEmpty();
    assertThat(filesWithTheSecret()).isEmpty();
    assertThat(fixture.rows()).containsExactly(1L, 3L, 4L, 5L, 6L, 7L);
    assertThat(report.rewritten()).isNotEmpty();
  }

  @Test
  void aTailThatAJobWritesIsReported() throws IOException {
    Attempt job = fixture.start(fixture.run(1), 0, null);
    job.round(false, 1, SECRET, 2);

    requireReported(erasure().erase(secret(), "a request"));
    assertThat(fixture.rows()).containsExactly(1L, 2L);
  }

  /** What has been sealed is still in the tail, and a tail that partitions share goes late. */
  @Test
  void aSharedTailIsReportedForRowsThatAreSealed() throws IOException {
    Attempt job = fixture.start(fixture.run(1), 0, null, WriterOptions.DEFAULTS.withTargetRows(4));
    for (int partition = 0; partition < 20; partition++) {
      addTo(job, partition, partition == 18 ? SECRET : partition);
    }
    job.commit(Objects.requireNonNull(job.barrier(false)));
    for (int row = 100; row < 105; row++) {
      addTo(job, 18, row);
    }
    job.commit(Objects.requireNonNull(job.barrier(false)));
    fixture.date();

    requireReported(erasure().erase(secret(), "a request"));
    assertThat(fixture.rows()).hasSize(24).doesNotContain(SECRET);
  }

  private void addTo(Attempt job, int partition, long number) throws IOException {
    RowBuffer rows = job.writer.rows(PartitionPath.bucket(partition));
    rows.setTimestamp(0, fixture.now, 0);
    rows.setLong(1, number);
    rows.endRow();
    job.writer.rowAdded();
  }

  private void requireReported(TableErasure.Report report) throws IOException {
    assertThat(filesWithTheSecret()).isNotEmpty();
    List<String> told = report.notReached().stream().map(TableErasure.NotReached::what).toList();
    for (Path file : filesWithTheSecret()) {
      assertThat(told).contains(file.toString());
    }
  }

  @Test
  void aWriterLeavesDeletedRowsOutWhenItSeals() throws IOException {
    Attempt job = fixture.start(fixture.run(1), 0, null);
    job.round(false, 1, SECRET, 2);
    new TableMaintenance(fixture.table, "a test", () -> fixture.now).delete(secret(), "gone");
    job.round(true, 3);

    TableSnapshot sealed = TableSnapshot.latest(fixture.table);
    assertThat(sealed.rowCount()).isEqualTo(3);
    assertThat(fixture.rows()).containsExactly(1L, 2L, 3L);
    assertThat(erasure().erase(secret(), "a request").rewritten()).isEmpty();
  }

  @Test
  void aSealOfDeletedRowsAloneStaysReadable() throws IOException {
    Attempt job = fixture.start(fixture.run(1), 0, null);
    job.round(false, SECRET);
    new TableMaintenance(fixture.table, "a test", () -> fixture.now).delete(secret(), "gone");
    job.commit(Objects.requireNonNull(job.barrier(true)));
    fixture.date();

    assertThat(fixture.rows()).isEmpty();
    erasure().erase(secret(), "a request");
    assertThat(filesWithTheSecret()).isEmpty();
  }

  @Test
  void anAdoptionLeavesDeletedRowsOut() throws IOException {
    Attempt job = fixture.start(fixture.run(1), 0, null);
    job.round(false, 1, SECRET, 2);
    new TableMaintenance(fixture.table, "a test", () -> fixture.now).delete(secret(), "gone");
    fixture.now += 1000;
    Attempt next = fixture.start(fixture.run(2), 0, null);
    next.round(false, 9);
    next.writer.adopt(TableSnapshot.latest(fixture.table).state(), partition -> true);
    next.round(false, 10);

    assertThat(fixture.rows()).containsExactly(1L, 2L, 9L, 10L);
    assertThat(TableSnapshot.latest(fixture.table).rowCount()).isEqualTo(4);
    assertThat(erasure().erase(secret(), "a request").rewritten()).isEmpty();
  }

  @Test
  void aRunningJobIsFencedByATakeOver() throws IOException {
    Attempt job = fixture.start(fixture.run(1), 0, null);
    job.round(false, 1, SECRET);
    job.add(2);
    Committable late = Objects.requireNonNull(job.barrier(false));
    fixture.now += 1000;
    erasure().eraseTakingOver(secret(), "a request");

    assertThatThrownBy(() -> job.commit(late)).isInstanceOf(VarveException.class);
    assertThat(fixture.rows()).containsExactly(1L);
  }

  /** The savepoint's rows of a tail that has gone can't come back, nor can they come twice. */
  @Test
  void aSavepointWhoseLastRowsWereNeverCommittedIsRefused() throws IOException {
    Attempt job = fixture.start(fixture.run(1), 0, null);
    job.round(false, 1, SECRET);
    job.add(2);
    job.barrier(false);
    var savepoint = job.aggregator.snapshot();
    fixture.now += 1000;
    erasure().eraseTakingOver(secret(), "a request");
    fixture.now += 1000;

    assertThatThrownBy(() -> fixture.start(fixture.run(2), 2, savepoint))
        .hasMessageContaining("the savepoint has expired");
    assertThat(fixture.rows()).containsExactly(1L);
  }

  @Test
  void aJobGoesOnFromTheSavepointThatItWasStoppedWith() throws IOException {
    Attempt job = fixture.start(fixture.run(1), 0, null);
    job.round(false, 1, SECRET);
    var savepoint = job.aggregator.snapshot();
    fixture.now += 1000;
    erasure().eraseTakingOver(secret(), "a request");
    fixture.now += 1000;

    Attempt next = fixture.start(fixture.run(2), 1, savepoint);
    next.round(false, 7);
    assertThat(fixture.rows()).containsExactly(1L, 7L);
  }

  @Test
  void whatARewindAbandonedIsErasedToo() throws IOException {
    Attempt job = fixture.start(fixture.run(1), 0, null);
    long first = job.round(true, 1);
    job.round(true, 2, SECRET);
    job.round(false, 3, SECRET);
    fixture.now += 1000;
    new TableMaintenance(fixture.table, "a test", () -> fixture.now).delete(secret(), "gone");
    rewindTo(first);
    assertThat(fixture.rows()).containsExactly(1L);
    assertThat(filesWithTheSecret()).isNotEmpty();

    assertThat(erasure().erase(secret(), "a request").notReached()).isEmpty();
    assertThat(filesWithTheSecret()).isEmpty();
  }

  @Test
  void aTagKeepsWhatItNamesAndIsReported() throws IOException {
    Attempt job = fixture.start(fixture.run(1), 0, null);
    long kept = job.round(false, 1, SECRET);
    job.round(true, 2);
    fixture.upkeep().tag("kept", kept);
    fixture.now += 1000;

    TableErasure.Report report = erasure().eraseTakingOver(secret(), "a request");
    assertThat(report.notReached()).anyMatch(left -> left.why().contains("tag 'kept'"));
    assertThat(filesWithTheSecret()).isNotEmpty();

    fixture.upkeep().untag("kept");
    fixture.now += 1000;
    assertThat(erasure().eraseTakingOver(secret(), "a request").notReached()).isEmpty();
    assertThat(filesWithTheSecret()).isEmpty();
  }

  private void rewindTo(long record) throws IOException {
    fixture.now += 1000;
    Author author = new Author("rewind", "a test", "back");
    new RewindOperation(new RewindRequest(record, fixture.run(9), author), new LogView())
        .run(new FileCommitLog(fixture.store), () -> fixture.now, lost -> {});
  }
}
