package io.varve.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.schema.Field;
import io.varve.testkit.MemoryFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Idle readers are bounded in number and bytes. */
class ReaderPoolTest {

  private static final long MUCH = 1L << 40;
  private static final int ID = 5;

  private final MemoryFile file;

  ReaderPoolTest() throws IOException {
    this.file = SegmentReaderTest.file(20_000, 1000);
  }

  private SegmentReader open() throws IOException {
    return SegmentReader.open(file.input());
  }

  private static void readAll(SegmentReader reader) throws IOException {
    for (Field field : SegmentReaderTest.SCHEMA.fields()) {
      for (int block = 0; block < reader.blockCount(); block++) {
        reader.read(block, field.id());
      }
    }
  }

  private static boolean isClosed(SegmentReader reader) {
    try {
      reader.zoneMap(1);
      return false;
    } catch (IllegalStateException closed) {
      return true;
    }
  }

  @Test
  void theReaderGivenBackLastIsTakenFirst() throws IOException {
    ReaderPool pool = new ReaderPool(10, MUCH);
    IdleReaders idle = pool.ofSegment();
    SegmentReader first = open();
    SegmentReader second = open();
    idle.giveBack(first);
    idle.giveBack(second);
    assertThat(pool.ofSegment().take()).isNull();
    assertThat(idle.take()).isSameAs(second);
    assertThat(idle.take()).isSameAs(first);
    assertThat(idle.take()).isNull();
    assertThat(pool.size()).isZero();
    assertThat(pool.heldBytes()).isZero();
  }

  @Test
  void aReaderTooManyIsClosedAndNowAndThenAnOlderOne() throws IOException {
    ReaderPool pool = new ReaderPool(2, MUCH);
    List<IdleReaders> segments = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      segments.add(pool.ofSegment());
      segments.get(i).giveBack(open());
      assertThat(pool.size()).isEqualTo(Math.min(i + 1, 2));
    }
    // After 2 that are kept the 8th and the 16th that is too much take the place of the oldest.
    List<Boolean> kept = new ArrayList<>();
    segments.forEach(segment -> kept.add(segment.take() != null));
    for (int i = 0; i < 20; i++) {
      assertThat(kept.get(i)).as("reader %s", i).isEqualTo(i == 9 || i == 17);
    }
  }

  /** Least recently used would find none: each would be closed just before it is asked for. */
  @Test
  void scansOfMoreThanFitsFindMostOfWhatFits() throws IOException {
    int fitting = 50;
    ReaderPool pool = new ReaderPool(fitting, MUCH);
    List<IdleReaders> segments = new ArrayList<>();
    for (int i = 0; i < fitting + 5; i++) {
      segments.add(pool.ofSegment());
    }
    int found = 0;
    int scans = 20;
    for (int scan = 0; scan < scans; scan++) {
      for (IdleReaders segment : segments) {
        SegmentReader reader = segment.take();
        found += reader == null ? 0 : 1;
        segment.giveBack(reader == null ? open() : reader);
      }
    }
    assertThat(found).isGreaterThan((scans - 1) * fitting * 9 / 10);
  }

  @Test
  void whatReadersHoldIsBounded() throws IOException {
    SegmentReader fresh = open();
    SegmentReader read = open();
    readAll(read);
    long each = read.heldBytes();
    assertThat(each).as("columns that were read are counted").isGreaterThan(fresh.heldBytes());
    ReaderPool pool = new ReaderPool(1000, 3 * each);
    for (int i = 0; i < 20; i++) {
      SegmentReader reader = open();
      readAll(reader);
      pool.ofSegment().giveBack(reader);
      assertThat(pool.heldBytes()).isLessThanOrEqualTo(3 * each);
    }
    assertThat(pool.size()).isEqualTo(3);
    readAll(read);
    assertThat(read.heldBytes()).as("read again, it holds no more").isEqualTo(each);
  }

  /** Rows that are read in part, and values that are looked for, fill the same buffers. */
  @Test
  void everyWayToReadIsCounted() throws IOException {
    SegmentReader whole = open();
    whole.read(0, ID);
    SegmentReader range = open();
    range.read(0, ID, 0, 1000);
    assertThat(range.heldBytes()).isGreaterThanOrEqualTo(whole.heldBytes());
    SegmentReader found = open();
    long before = found.heldBytes();
    found.rowsOf(ID, "id-77".getBytes(StandardCharsets.UTF_8));
    assertThat(found.heldBytes()).isGreaterThan(before);
    SegmentReader other = open();
    long fresh = other.heldBytes();
    other.useBloomFilter(ID, Objects.requireNonNull(found.bloomFilter(ID)));
    assertThat(other.bloomFilter(ID)).isSameAs(found.bloomFilter(ID));
    assertThat(other.heldBytes()).isEqualTo(fresh);
  }

  @Test
  void oneThatHoldsMoreThanAllMayLeavesTheOthersAlone() throws IOException {
    SegmentReader small = open();
    ReaderPool pool = new ReaderPool(10, small.heldBytes());
    IdleReaders kept = pool.ofSegment();
    kept.giveBack(small);
    for (int i = 0; i < 20; i++) {
      SegmentReader large = open();
      readAll(large);
      pool.ofSegment().giveBack(large);
      assertThat(isClosed(large)).isTrue();
    }
    assertThat(kept.take()).isSameAs(small);
  }

  @Test
  void ofOneSegmentAFewAreKept() throws IOException {
    ReaderPool pool = new ReaderPool(10, MUCH);
    IdleReaders idle = pool.ofSegment();
    for (int i = 0; i < IdleReaders.MAX + 2; i++) {
      idle.giveBack(open());
    }
    assertThat(pool.size()).isEqualTo(IdleReaders.MAX);
  }

  @Test
  void aClosedSegmentKeepsNone() throws IOException {
    ReaderPool pool = new ReaderPool(10, MUCH);
    IdleReaders closing = pool.ofSegment();
    IdleReaders staying = pool.ofSegment();
    SegmentReader closed = open();
    SegmentReader kept = open();
    closing.giveBack(closed);
    staying.giveBack(kept);
    closing.close();
    assertThat(isClosed(closed)).isTrue();
    assertThatThrownBy(() -> closed.read(0, 1)).hasMessageContaining("is closed");
    SegmentReader late = open();
    closing.giveBack(late);
    assertThat(isClosed(late)).isTrue();
    assertThat(closing.take()).isNull();
    assertThat(staying.take()).isSameAs(kept);
  }

  /** Takers own what they took, whatever others do; nothing is lost or counted twice. */
  @Test
  void manyThreadsShareAPool() throws Exception {
    ReaderPool pool = new ReaderPool(6, MUCH);
    List<IdleReaders> segments = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      segments.add(pool.ofSegment());
    }
    Set<SegmentReader> inUse = ConcurrentHashMap.newKeySet();
    Set<SegmentReader> all = ConcurrentHashMap.newKeySet();
    ExecutorService executor = Executors.newFixedThreadPool(4);
    List<Future<?>> threads = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      Random random = new Random(thread);
      threads.add(
          executor.submit(
              () -> {
                for (int i = 0; i < 5000; i++) {
                  IdleReaders segment = segments.get(random.nextInt(segments.size()));
                  SegmentReader taken = segment.take();
                  SegmentReader reader = taken == null ? open() : taken;
                  all.add(reader);
                  assertThat(inUse.add(reader)).as("mine alone").isTrue();
                  assertThat(isClosed(reader)).isFalse();
                  inUse.remove(reader);
                  segment.giveBack(reader);
                }
                return null;
              }));
    }
    for (Future<?> thread : threads) {
      thread.get();
    }
    executor.shutdown();
    assertThat(pool.size()).isLessThanOrEqualTo(6);
    segments.forEach(IdleReaders::close);
    assertThat(pool.size()).isZero();
    assertThat(pool.heldBytes()).isZero();
    assertThat(all).allMatch(ReaderPoolTest::isClosed);
  }
}
