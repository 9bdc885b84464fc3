package io.varve.benchmarks.encoding;

import io.varve.benchmarks.Bench;
import io.varve.benchmarks.Operation;
import io.varve.benchmarks.Stopwatch;
import io.varve.benchmarks.Suite;
import io.varve.benchmarks.Unit;
import io.varve.benchmarks.UsageBatch;
import io.varve.benchmarks.UsageEvents;
import io.varve.benchmarks.UsageTable;
import io.varve.column.RowBuffer;
import io.varve.query.SealOptions;
import io.varve.segment.Part;
import io.varve.segment.SegmentDescription;
import io.varve.segment.SegmentOrigin;
import io.varve.segment.SegmentReader;
import io.varve.segment.SegmentWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How many bytes an event takes in segments, column by column, and what writing them costs. */
@Command(name = "size", description = "Bytes of an event in segments, and what encoding it costs.")
public final class SizeSuite implements Suite {

  private static final Operation SEAL =
      Operation.of("seal", "sort and encode rows as segments, one thread", Unit.CPU_MICROS_PER_ROW);
  private static final Operation COLUMNS =
      Operation.of("columns", "columns, dictionaries, zone maps, footer", Unit.BYTES_PER_ROW)
          .withTarget(38);
  private static final Operation INDEXES =
      Operation.of("indexes", "what finds values and counts them", Unit.BYTES_PER_ROW)
          .withTarget(9);
  private static final Set<Part> INDEX_PARTS =
      EnumSet.of(Part.LISTS, Part.COUNTS, Part.BLOOM, Part.VALUE_INDEX);

  @Option(
      names = "--segment-rows",
      paramLabel = "N",
      description = "Rows of a segment (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000000")
  private int segmentRows;

  /** Creates the command; picocli sets its options. */
  public SizeSuite() {}

  @Override
  public void run(Bench bench) throws IOException {
    List<Double> sealed = new ArrayList<>();
    Totals totals = new Totals();
    for (int run = 0; run < bench.options().runs(); run++) {
      totals = new Totals();
      Stopwatch watch = Stopwatch.start();
      watch.stop();
      UsageEvents events = new UsageEvents(bench.options().rows(), bench.options().seed());
      UsageBatch batch = new UsageBatch(1024);
      RowBuffer rows = new RowBuffer(UsageTable.definition().schema(), 1, 0);
      boolean more = true;
      while (more) {
        more = events.next(batch);
        for (int row = 0; row < batch.size(); row++) {
          UsageTable.set(batch, row, rows);
          rows.endRow();
        }
        if (rows.batch().rowCount() >= segmentRows || (!more && rows.batch().rowCount() > 0)) {
          HeapFile file = new HeapFile();
          watch.resume();
          seal(rows, file);
          watch.stop();
          totals.add(file, run == 0);
          rows.clear();
        }
      }
      sealed.add(watch.cpuNanos() / 1e3 / bench.options().rows());
    }
    totals.print(bench);
    bench.record("varve", SEAL, sealed, "");
    bench.record("varve", COLUMNS, List.of(totals.perRow(totals.columns)), "");
    bench.record("varve", INDEXES, List.of(totals.perRow(totals.indexes)), "");
  }

  private static void seal(RowBuffer rows, HeapFile file) throws IOException {
    SegmentOrigin origin = new SegmentOrigin(new UUID(1, 2), "", 1, List.of());
    SegmentWriter.write(file, rows.batch(), origin, SealOptions.of(UsageTable.definition()));
  }

  /** The bytes of all segments. */
  private static final class Totals {

    private final List<SegmentDescription> segments = new ArrayList<>();
    private long rows;
    private long columns;
    private long indexes;

    void add(HeapFile file, boolean describe) throws IOException {
      try (SegmentReader reader = SegmentReader.open(file.input())) {
        SegmentDescription segment = reader.describe();
        segments.add(segment);
        rows += segment.info().rowCount();
        long indexBytes = 0;
        for (SegmentDescription.OfColumn column : segment.columns()) {
          indexBytes += indexBytes(column);
        }
        indexes += indexBytes;
        columns += segment.info().fileBytes() - indexBytes;
        if (describe) {
          reader.verify();
        }
      }
    }

    private static long indexBytes(SegmentDescription.OfColumn column) {
      long bytes = 0;
      for (Part part : INDEX_PARTS) {
        bytes += column.partBytes().getOrDefault(part, 0L);
      }
      return bytes;
    }

    double perRow(long bytes) {
      return (double) bytes / rows;
    }

    void print(Bench bench) {
      for (int i = 0; i < segments.get(0).columns().size(); i++) {
        long blocks = 0;
        long zones = 0;
        long dictionaries = 0;
        long found = 0;
        for (SegmentDescription segment : segments) {
          SegmentDescription.OfColumn column = segment.columns().get(i);
          blocks += column.blockBytes();
          zones += column.zoneMapBytes();
          found += indexBytes(column);
          dictionaries += column.totalBytes() - column.blockBytes() - column.zoneMapBytes();
        }
        SegmentDescription.OfColumn first = segments.get(0).columns().get(i);
        bench.progress(
            "%-14s %6.3f B/row in blocks, %6.3f zone maps, %6.3f dictionaries, %6.3f indexes %s",
            first.name(),
            perRow(blocks),
            perRow(zones),
            perRow(dictionaries - found),
            perRow(found),
            first.encodings());
      }
    }
  }
}
