package io.varve.flink.source;

import io.varve.query.PartialGroups;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.DynamicParallelismInference;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;

/**
 * A {@link RollupSource} whose partial rows come many at a time, those of one part of all groups
 * together: what is paid for each element of a stream is paid once for many groups. Immutable.
 */
final class GroupsSource
    implements Source<PartialGroups, VarveSplit, ScanCheckpoint>,
        ResultTypeQueryable<PartialGroups>,
        DynamicParallelismInference,
        LineageVertexProvider {

  private static final long serialVersionUID = 1L;

  private final RollupSource rollup;

  GroupsSource(RollupSource rollup) {
    this.rollup = rollup;
  }

  @Override
  public Boundedness getBoundedness() {
    return rollup.getBoundedness();
  }

  @Override
  public int inferParallelism(Context context) {
    return rollup.inferParallelism(context);
  }

  @Override
  public LineageVertex getLineageVertex() {
    return rollup.getLineageVertex();
  }

  @Override
  public TypeInformation<PartialGroups> getProducedType() {
    return RollupType.GROUPS;
  }

  @Override
  public SplitEnumerator<VarveSplit, ScanCheckpoint> createEnumerator(
      SplitEnumeratorContext<VarveSplit> context) {
    return rollup.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<VarveSplit, ScanCheckpoint> restoreEnumerator(
      SplitEnumeratorContext<VarveSplit> context, ScanCheckpoint checkpoint) {
    return rollup.restoreEnumerator(context, checkpoint);
  }

  @Override
  public SourceReader<PartialGroups, VarveSplit> createReader(SourceReaderContext context) {
    return rollup.createReader(context, PartialScan.GROUPS);
  }

  @Override
  public SimpleVersionedSerializer<VarveSplit> getSplitSerializer() {
    return rollup.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<ScanCheckpoint> getEnumeratorCheckpointSerializer() {
    return rollup.getEnumeratorCheckpointSerializer();
  }
}
