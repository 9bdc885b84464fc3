package io.varve.flink.source;

import io.varve.flink.common.TableLineage;
import io.varve.flink.common.TablePaths;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.DynamicParallelismInference;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.SourceLineageVertex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Flink asks of a source before it runs. Stateless. */
final class SourceTable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceTable.class);

  private SourceTable() {}

  private record Vertex(List<LineageDataset> datasets, Boundedness boundedness)
      implements SourceLineageVertex {}

  /** Returns what lineage tools are told; without datasets if the table can't be read from here. */
  static LineageVertex lineage(ScanTarget target, Boundedness boundedness) {
    try {
      String path = TablePaths.absolute(target.path());
      LineageVertex table =
          TableLineage.vertex(path, target.commit().of(target.openTable()).table().definition());
      return new Vertex(table.datasets(), boundedness);
    } catch (IOException | RuntimeException unreadable) {
      LOG.info("Lineage of {} is not known, since it can't be read here", target, unreadable);
      return new Vertex(List.of(), boundedness);
    }
  }

  /** Returns how many readers the bytes of the table are worth, at most one for each split. */
  static int parallelism(ScanTarget target, DynamicParallelismInference.Context context) {
    int most = Math.max(1, context.getParallelismInferenceUpperBound());
    try {
      TableSnapshot snapshot = target.commit().of(target.openTable());
      long bytes = snapshot.units().stream().mapToLong(unit -> unit.bytes()).sum();
      long share = Math.max(1, context.getDataVolumePerTask());
      ScanSpan span = new ScanSpan("-", ScanSpan.WHOLE, snapshot.number(), Long.MAX_VALUE);
      int blocks = ScanPlan.blocksPerSplit(target.splitRows(), snapshot.rowCount(), most);
      int splits = ScanPlan.splits(span, snapshot.units(), blocks).size();
      long wanted = Math.min((bytes + share - 1) / share, splits);
      return (int) Math.max(1, Math.min(most, wanted));
    } catch (IOException | RuntimeException unreadable) {
      LOG.info("{} can't be read here; the job will say why", target, unreadable);
      return 1;
    }
  }
}
