package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.io.OpenRefusedException;
import io.varve.io.SchemaMismatchException;
import io.varve.io.VarveException;
import io.varve.query.Filter;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.testkit.Allocations;
import io.varve.testkit.CrashingFileStore;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What opening a log makes of files that are torn, damaged or missing, one case each. */
class EventLogRecoveryTest {

  private final CrashingFileStore store = new CrashingFileStore();

  private EventLog open() throws IOException {
    return EventLog.open(store, LogEvents.manual().build());
  }

  private EventLog openStrictly() throws IOException {
    return EventLog.open(store, LogEvents.manual().strict(true).build());
  }

  private void append(int... ends) throws IOException {
    try (EventLog log = open()) {
      int from = 0;
      for (int to : ends) {
        log.appendBatchDurable(LogEvents.events(from, to));
        from = to;
      }
    }
  }

  private void seal(int... ends) throws IOException {
    try (EventLog log = open()) {
      int from = 0;
      for (int to : ends) {
        log.appendBatch(LogEvents.events(from, to));
        log.seal();
        from = to;
      }
    }
  }

  private String only(String directory) {
    return paths(directory).get(0);
  }

  private List<String> paths(String directory) {
    return store.paths().stream().filter(path -> path.startsWith(directory + "/")).toList();
  }

  private void damage(String path, int offset) {
    byte[] bytes = store.bytes(path);
    bytes[offset] ^= 1;
    store.put(path, bytes);
  }

  @Test
  void tornEndIsCutAndToldOnce() throws IOException {
    append(100, 200);
    String tail = only("tail");
    byte[] bytes = store.bytes(tail);
    store.put(tail, Arrays.copyOf(bytes, bytes.length - 7));

    try (EventLog log = open()) {
      assertThat(log.recovery().torn()).hasSize(1);
      assertThat(log.recovery().torn().get(0)).contains(tail, "cut at byte", "bytes");
      assertThat(log.recovery().lost()).isEmpty();
      assertThat(LogEvents.numbers(log)).isEqualTo(LogEvents.range(0, 100));
      assertThat(log.health().status()).isEqualTo(LogHealth.Status.HEALTHY);
    }
    try (EventLog log = open()) {
      assertThat(log.recovery().torn()).isEmpty();
    }
  }

  /** A process that is killed while it begins a tail has acknowledged nothing of it. */
  @Test
  void headerThatIsNotWholeAndHasNothingBehindItIsNoLoss() throws IOException {
    append(100);
    byte[] header = Arrays.copyOf(store.bytes(only("tail")), 20);
    String begun = "tail/" + new FileId(99, 0) + ".vtail";
    store.put(begun, Arrays.copyOf(header, 200_000));

    try (EventLog log = openStrictly()) {
      assertThat(log.recovery().lost()).isEmpty();
      assertThat(LogEvents.numbers(log)).isEqualTo(LogEvents.range(0, 100));
      assertThat(log.health().status()).isEqualTo(LogHealth.Status.HEALTHY);
    }
  }

  @Test
  void headerThatIsDamagedBeforeFramesIsALoss() throws IOException {
    append(100);
    damage(only("tail"), 20);

    assertThatThrownBy(this::openStrictly).isInstanceOf(CorruptFileException.class);
    try (EventLog log = open()) {
      assertThat(log.recovery().lost()).hasSize(1);
      assertThat(log.health().status()).isEqualTo(LogHealth.Status.DEGRADED);
    }
  }

  @Test
  void damageBeforeTheEndIsQuarantinedAndTheRestKept() throws IOException {
    append(100, 200, 300);
    String tail = only("tail");
    damage(tail, store.bytes(tail).length / 2);

    assertThatThrownBy(this::openStrictly)
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("damaged from byte");
    try (EventLog log = open()) {
      assertThat(log.recovery().lost()).hasSize(1);
      assertThat(log.recovery().lost().get(0)).contains(tail, "damaged from byte", "corrupt/");
      assertThat(log.health().status()).isEqualTo(LogHealth.Status.DEGRADED);
      List<Integer> left = LogEvents.range(0, 100);
      left.addAll(LogEvents.range(200, 300));
      assertThat(LogEvents.numbers(log)).isEqualTo(left);
      assertThat(paths("corrupt")).hasSize(1);
      log.seal();
      assertThat(LogEvents.numbers(log)).isEqualTo(left);
    }
  }

  @Test
  void damagedSegmentIsQuarantinedAndTheRestServed() throws IOException {
    seal(100, 200, 300);
    String segment = paths("segments").get(1);
    damage(segment, store.bytes(segment).length - 3);

    assertThatThrownBy(this::openStrictly).isInstanceOf(CorruptFileException.class);
    try (EventLog log = open()) {
      List<Integer> left = LogEvents.range(0, 100);
      left.addAll(LogEvents.range(200, 300));
      assertThat(LogEvents.numbers(log)).isEqualTo(left);
      assertThat(log.health().status()).isEqualTo(LogHealth.Status.DEGRADED);
      assertThat(log.health().reasons().get(0)).contains(segment, "100 rows are lost");
      assertThat(paths("corrupt")).hasSize(1);
    }
  }

  @Test
  void damagedBlockFailsTheReadThatNeedsIt() throws IOException {
    seal(100);
    String segment = only("segments");
    damage(segment, 100);

    try (EventLog log = open()) {
      assertThatThrownBy(() -> log.queryRecent(Filter.all(), 10))
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining(segment);
      assertThat(log.verify().problems()).hasSize(1);
      assertThat(log.verify().problems().get(0)).contains(segment);
    }
  }

  @Test
  void missingManifestIsMadeAnewFromTheSegments() throws IOException {
    seal(100, 200);
    try (EventLog log = open()) {
      log.appendBatch(LogEvents.events(200, 300));
      log.delete("id-150");
    }
    for (String manifest : paths("manifest")) {
      store.delete(manifest);
    }

    assertThatThrownBy(this::openStrictly).isInstanceOf(CorruptFileException.class);
    try (EventLog log = open()) {
      assertThat(log.recovery().rebuilt()).isNotEmpty();
      assertThat(log.health().status()).isEqualTo(LogHealth.Status.DEGRADED);
      List<Integer> left = LogEvents.range(0, 300);
      left.remove(Integer.valueOf(150));
      assertThat(LogEvents.numbers(log)).isEqualTo(left);
    }
    try (EventLog log = openStrictly()) {
      assertThat(log.recovery().rebuilt()).isEmpty();
    }
  }

  @Test
  void rebuildDropsWhatAnotherFooterReplaces() throws IOException {
    EventLogOptions keepsFiles =
        LogEvents.manual().unlinkGrace(java.time.Duration.ofDays(1)).merge(3, 1000).build();
    try (EventLog log = EventLog.open(store, keepsFiles)) {
      for (int i = 0; i < 3; i++) {
        log.appendBatch(LogEvents.events(i * 100, i * 100 + 100));
        log.seal();
      }
      assertThat(log.merge()).isEqualTo(3);
    }
    assertThat(paths("segments")).hasSize(4);
    List<String> manifests = paths("manifest");
    damage(manifests.get(manifests.size() - 1), 20);
    for (String older : manifests.subList(0, manifests.size() - 1)) {
      store.delete(older);
    }

    try (EventLog log = EventLog.open(store, keepsFiles)) {
      assertThat(LogEvents.numbers(log)).isEqualTo(LogEvents.range(0, 300));
      assertThat(log.stats().segments()).isEqualTo(1);
    }
  }

  @Test
  void damagedNewestManifestFallsBackToTheFilesAsTheyAre() throws IOException {
    seal(100, 200);
    List<String> manifests = paths("manifest");
    damage(manifests.get(manifests.size() - 1), 30);

    try (EventLog log = open()) {
      assertThat(log.recovery().rebuilt()).hasSize(1);
      assertThat(LogEvents.numbers(log)).isEqualTo(LogEvents.range(0, 200));
    }
  }

  @Test
  void manyOpeningsLeaveNoHeapOfTails() throws IOException {
    for (int i = 0; i < 30; i++) {
      try (EventLog log = open()) {
        log.append(LogEvents.event(i));
      }
    }
    try (EventLog log = open()) {
      assertThat(LogEvents.numbers(log)).isEqualTo(LogEvents.range(0, 30));
      assertThat(paths("tail").size()).isLessThan(15);
    }
  }

  @Test
  void directoryOfATableIsRefusedWithWhatToUseInstead(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("table.json"), "{}");
    for (Path path : List.of(directory, directory.resolve("tenant=a/bucket-0000"))) {
      assertThatThrownBy(() -> EventLog.open(path, EventLogOptions.defaults()))
          .isInstanceOf(OpenRefusedException.class)
          .hasMessageContaining("belongs to the table " + directory)
          .hasMessageContaining("varve");
    }
  }

  @Test
  void anotherDefinitionIsRefused() throws IOException {
    append(10);
    TableDefinition other =
        TableDefinition.builder(Schema.builder().timeColumn("ts", DataType.timestampLtz(9)).build())
            .build();
    assertThatThrownBy(() -> EventLog.open(store, LogEvents.manual().definition(other).build()))
        .isInstanceOf(SchemaMismatchException.class)
        .hasMessageContaining("changeSchema");
  }

  /** A hostile file gives an error or a loss that is told; never a crash, a hang or much memory. */
  @SeededTest(runs = 25)
  void anyBytesAnywhereAreAnErrorOrALoss(Random random) throws IOException {
    seal(50, 100);
    append(0);
    try (EventLog log = open()) {
      log.appendBatch(LogEvents.events(100, 150));
      log.delete("id-3");
    }
    for (int files = 1 + random.nextInt(2); files > 0; files--) {
      List<String> paths = store.paths();
      String path = paths.get(random.nextInt(paths.size()));
      byte[] bytes = store.bytes(path);
      for (int changes = 1 + random.nextInt(20); changes > 0 && bytes.length > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      store.put(path, random.nextInt(5) == 0 ? new byte[random.nextInt(200)] : bytes);
    }
    long before = Allocations.bytes();
    try (EventLog log = open()) {
      List<Integer> left = LogEvents.numbers(log);
      assertThat(LogEvents.range(0, 150)).containsAll(left);
      log.aggregate(Filter.all());
      log.get("id-7");
    } catch (VarveException told) {
      assertThat(told.getMessage()).isNotBlank();
    }
    assertThat(Allocations.bytes() - before).isLessThan(400L << 20);
  }
}
