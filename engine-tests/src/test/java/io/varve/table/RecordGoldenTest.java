package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.LocalFileStore;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.Change;
import io.varve.table.protocol.CleanUp;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.FoldedChanges;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.Last;
import io.varve.table.protocol.LogFacts;
import io.varve.table.protocol.PartitionState;
import io.varve.table.protocol.PersistentMap;
import io.varve.table.protocol.Progress;
import io.varve.table.protocol.Reign;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.TailPosition;
import io.varve.table.protocol.TailRange;
import io.varve.table.protocol.TailState;
import io.varve.table.protocol.Tombstone;
import io.varve.testkit.GoldenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of commit records, state files and hints. */
class RecordGoldenTest {

  private static final RunId RUN = new RunId(1000, 7);
  private static final Last COMMIT = new Last.Commit(2, 12);
  private static final Last START = new Last.Start(RUN);

  private static final FoldedChanges FOLDED =
      new FoldedChanges(
          List.of(
              new Change.Extend("b", "b/t", new TailPosition(120, 6)),
              new Change.Seal("b", segment("b/s"), range("b/t"), true),
              new Change.Replace(
                  "b", List.of("b/o"), List.of(range("b/u")), List.of(segment("b/n")), false)),
          new TreeMap<>(Map.of("w", 4L)),
          2);

  private static final Tombstone TOMBSTONE =
      new Tombstone(
          "d",
          "b",
          "id=7",
          false,
          2,
          new TreeMap<>(Map.of("w", 4L)),
          new Tombstone.Replays("L", 12),
          0);

  private static final LogFacts FACTS =
      new LogFacts(
          map("d", TOMBSTONE.recordedAt(9)),
          new TreeSet<>(List.of("d")),
          map("w", 2L),
          map("k", "v"),
          map("t", 2L),
          map("b/x", 1L),
          0);

  @TempDir Path directory;

  private static <V> PersistentMap<V> map(String key, V value) {
    return PersistentMap.<V>empty().with(key, value);
  }

  private static SegmentRef segment(String file) {
    return new SegmentRef(file, 3, 400, -5, 5, 1);
  }

  private static TailRange range(String file) {
    return new TailRange(file, TailPosition.START, new TailPosition(200, 9));
  }

  private static void assertRecord(
      String name, long number, long base, long epoch, Progress progress, CommitRecord.Body body)
      throws IOException {
    CommitRecord record =
        new CommitRecord(
            number,
            base,
            1200 + number * 100,
            new Reign("L", epoch, RUN, "S", 1001, "me"),
            progress,
            new Author("A", "who", "why"),
            body);
    GoldenFile golden = golden("commit-" + name);
    golden.assertMatches(RecordCodec.toFile(record));
    assertThat(RecordCodec.fromFile(name, golden.bytes())).isEqualTo(record);
  }

  private static GoldenFile golden(String name) {
    return GoldenFile.read(RecordGoldenTest.class, name + "-v0.golden");
  }

  @Test
  void aCheckpoint() throws IOException {
    assertRecord("data", 3, 2, 2, new Progress(12, COMMIT, 99), new CommitRecord.Data(FOLDED));
  }

  @Test
  void anOpenThatGoesBackAndHasAPendingCommittable() throws IOException {
    Committable pending = new Committable("L", 2, 12, START, 88, FOLDED);
    CommitRecord.Body open = new CommitRecord.Open(List.of(pending), FACTS);
    assertRecord("open", 4, 1, 3, new Progress(11, COMMIT, 99), open);
  }

  @Test
  void maintenance() throws IOException {
    CommitRecord.Body maintenance =
        new CommitRecord.Maintenance(
            List.of(
                new Change.Delete(TOMBSTONE),
                new Change.Tag("t", 2),
                new Change.Define("k", "v"),
                new Change.Define("k", null)),
            new CleanUp(1, List.of("b/x")));
    assertRecord("maintenance", 5, 4, 3, new Progress(11, START, 99), maintenance);
  }

  @Test
  void theRowsOfABatchJob() throws IOException {
    CommitRecord.Body guest = new CommitRecord.Guest(new GuestId(RUN, "S"), List.of(), FOLDED);
    assertRecord("guest", 6, 5, 3, new Progress(11, START, 99), guest);
  }

  @Test
  void aState() throws IOException {
    TailState tail = new TailState("b/t", new TailPosition(50, 2), new TailPosition(120, 6));
    PartitionState partition = new PartitionState(map("b/s", segment("b/s")), map("b/t", tail));
    TableState state =
        new TableState(
            map("b", partition),
            map("G", 6L),
            map("L", COMMIT),
            3,
            map("w", 4L),
            map("v", 5L),
            FACTS);
    golden("state").assertMatches(StateCodec.toFile(100, state));
    assertThat(StateCodec.fromFile("s", 100, golden("state").bytes())).isEqualTo(state);
  }

  @Test
  void hintAndBase() throws IOException {
    LocalFileStore store = new LocalFileStore(directory);
    store.replace(TableLayout.HEAD, golden("head").bytes());
    store.publish(TableLayout.commit(42), new byte[0]);
    store.publish(TableLayout.base(1), golden("base").bytes());
    assertThat(new FileCommitLog(store).newest()).isEqualTo(42);
    assertThat(new FileCommitLog(store).base()).isEqualTo(41);
    new FileCommitLog(store).raiseBase(43);
    assertThat(store.readAll(TableLayout.base(2), 100)).hasSize(golden("base").bytes().length);
  }

  @Test
  void lease() throws IOException {
    golden("lease").assertMatches(LeaseFile.content(1_700_000_000_000L, "a Flink job"));
    LocalFileStore store = new LocalFileStore(directory);
    store.publish(TableLayout.lease(42, "x"), golden("lease").bytes());
    assertThat(LeaseFile.list(store))
        .containsExactly(new LeaseFile(TableLayout.lease(42, "x"), 42, 1_700_000_000_000L));
  }
}
