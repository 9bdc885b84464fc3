package io.varve.query;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.RowBatch;
import io.varve.column.ZoneMap;
import io.varve.encoding.BlockOptions;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.segment.Preaggregator;
import io.varve.segment.SegmentOptions;
import io.varve.segment.SegmentOrigin;
import io.varve.segment.SegmentReader;
import io.varve.segment.SegmentWriter;
import io.varve.tail.FrameRange;
import io.varve.tail.TailHeader;
import io.varve.tail.TailReader;
import io.varve.tail.TailWriter;
import io.varve.testkit.MemoryFile;
import io.varve.testkit.RandomTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Splits a table into parts, each stored in another way: as a batch, a segment or a tail. */
final class RandomParts {

  private static final UUID TABLE = new UUID(1, 2);

  private final RandomTable table;
  private final Random random;
  private final List<Preaggregator> projections;

  private RandomParts(RandomTable table, Random random, List<Preaggregator> projections) {
    this.table = table;
    this.random = random;
    this.projections = projections;
  }

  static List<Part> of(RandomTable table, Random random) throws IOException {
    return of(table, random, List.of());
  }

  /** Splits a table into parts, of which segments hold groups of their rows ready. */
  static List<Part> of(RandomTable table, Random random, List<Preaggregator> projections)
      throws IOException {
    RandomParts parts = new RandomParts(table, random, projections);
    List<Part> all = new ArrayList<>();
    int from = 0;
    while (from < table.rows().size()) {
      int left = table.rows().size() - from;
      int to = from + (random.nextInt(3) == 0 ? 1 + random.nextInt(left) : left);
      all.add(parts.part(table.rows().subList(from, to)));
      from = to;
    }
    return all;
  }

  private Part part(List<@Nullable Object[]> rows) throws IOException {
    Part part =
        switch (random.nextInt(3)) {
          case 0 -> new Part(batch(rows), rows);
          case 1 -> segment(rows);
          default -> new Part(tail(rows), rows);
        };
    return random.nextInt(4) == 0 ? new Part(new WithoutZoneMaps(part.source), part.rows) : part;
  }

  private BlockSource batch(List<@Nullable Object[]> rows) {
    RowBatch batch = RandomTable.toBuffer(table.schema(), rows).batch();
    return new BatchSource("batch", batch, someColumns(Storage.BINARY));
  }

  private Set<Integer> someColumns(Storage storage) {
    Set<Integer> coded = new HashSet<>();
    for (int i = 0; i < table.schema().size(); i++) {
      if (table.schema().storage(i) == storage && random.nextBoolean()) {
        coded.add(table.schema().field(i).id());
      }
    }
    return coded;
  }

  /** Stores rows as a segment, which sorts them by time. */
  private Part segment(List<@Nullable Object[]> rows) throws IOException {
    MemoryFile file = new MemoryFile();
    RowBatch batch = RandomTable.toBuffer(table.schema(), rows).batch();
    SegmentOrigin origin = new SegmentOrigin(TABLE, "", RandomTable.WRITER, List.of());
    Set<Integer> listed = someColumns(Storage.BINARY);
    listed.addAll(someColumns(Storage.LONG));
    SegmentOptions options =
        new SegmentOptions(
            BlockOptions.SEALED,
            someColumns(Storage.BINARY),
            listed,
            someColumns(Storage.LONG),
            random.nextInt(4) == 0 ? List.of() : projections);
    SegmentWriter.write(file, batch, origin, options);
    int time = table.schema().indexOf("time");
    List<@Nullable Object[]> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparing(row -> timeOf(row[time])));
    return new Part(SegmentReader.open(file.input(), table.schema()), sorted);
  }

  @SuppressWarnings("unchecked")
  private static Comparable<Object> timeOf(@Nullable Object time) {
    return (Comparable<Object>) Objects.requireNonNull(time);
  }

  private BlockSource tail(List<@Nullable Object[]> rows) throws IOException {
    MemoryFile file = new MemoryFile();
    TailWriter writer = TailWriter.create(file, new TailHeader(TABLE, RandomTable.WRITER));
    long start = writer.position();
    int from = 0;
    while (from < rows.size()) {
      int to = Math.min(rows.size(), from + 1 + random.nextInt(1500));
      writer.append(RandomTable.toBuffer(table.schema(), rows.subList(from, to)).batch(), "p");
      from = to;
    }
    FrameRange range = new FrameRange(start, writer.position());
    return TailReader.open(file.input(), table.schema(), range, null);
  }

  /** Stored rows, and the same rows in the order of their storage. */
  record Part(BlockSource source, List<@Nullable Object[]> rows) {}

  /** A source that knows nothing of its rows until they are read. */
  private record WithoutZoneMaps(BlockSource source) implements BlockSource {

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public Schema schema() {
      return source.schema();
    }

    @Override
    public int blockCount() {
      return source.blockCount();
    }

    @Override
    public int rowCount(int block) {
      return source.rowCount(block);
    }

    @Override
    public @Nullable ZoneMap zoneMap(int block, int fieldId) {
      return null;
    }

    @Override
    public Column read(int block, int fieldId) throws IOException {
      return source.read(block, fieldId);
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }
}
