package io.varve.flink.sink;

import io.varve.flink.common.TableLineage;
import java.io.IOException;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreWriteTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.flink.streaming.api.transformations.PartitionTransformation;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream into a Varve table, exactly once: the rows up to a checkpoint become visible
 * together when the checkpoint completes. Immutable but for the identity of the submission, which
 * is drawn anew each time a job graph is built.
 *
 * <p>A job must take exactly-once checkpoints, or be bounded: then its rows become visible at its
 * end. Give the sink a {@code uid} so that its state is found again when the job changes.
 *
 * @param <T> the elements of the stream
 */
public final class VarveSink<T>
    implements Sink<T>,
        SupportsCommitter<SinkCommittable>,
        SupportsPreWriteTopology<T>,
        SupportsPreCommitTopology<WriterResult, SinkCommittable>,
        LineageVertexProvider {

  private static final long serialVersionUID = 1L;
  private static final String AGGREGATOR = "Varve Aggregator";

  private final SinkSettings<T> settings;
  private @Nullable SinkRun run;

  VarveSink(SinkSettings<T> settings) {
    this.settings = settings;
  }

  /** Starts a sink; path, table and converter must be set. */
  public static <T> VarveSinkBuilder<T> builder() {
    return new VarveSinkBuilder<>();
  }

  /**
   * Routes rows to the writers that keep their partitions.
   *
   * @throws IllegalStateException if the job could lose rows; the message says what to set
   */
  @Override
  public DataStream<T> addPreWriteTopology(DataStream<T> input) {
    boolean batch = SinkRequirements.isBatch(input.getExecutionEnvironment());
    SinkRequirements.check(input, settings, batch);
    boolean checkpointed =
        !batch && input.getExecutionEnvironment().getCheckpointConfig().isCheckpointingEnabled();
    run = SinkRun.draw(checkpointed);
    if (!Ownership.isKeyed(settings.definition())) {
      return input;
    }
    KeyedStream<T, String> keyed = input.keyBy(new PartitionKey<>(settings), Types.STRING);
    // In batch a keyed writer gets its rows partition by partition; in streaming the key would only
    // cost a look-up per row.
    return batch
        ? keyed
        : new DataStream<>(input.getExecutionEnvironment(), keyed.getTransformation());
  }

  /** Returns the table's directory. */
  String path() {
    return settings.path();
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
    return new VarveSinkWriter<>(settings, run(), context);
  }

  @Override
  public DataStream<CommittableMessage<SinkCommittable>> addPreCommitTopology(
      DataStream<CommittableMessage<WriterResult>> changes) {
    SingleOutputStreamOperator<CommittableMessage<SinkCommittable>> aggregated =
        changes
            .global()
            .transform(
                AGGREGATOR,
                CommittableMessageTypeInfo.of(SinkSerializers::committables),
                new AggregatorFactory(settings, run()))
            .setParallelism(1)
            .setMaxParallelism(1);
    String uid = writerUid(changes.getTransformation());
    if (uid != null) {
      aggregated.uid(AGGREGATOR + ": " + uid);
    }
    return aggregated.global();
  }

  /** Flink gives the writer the sink's uid; between it and here are only exchanges. */
  private static @Nullable String writerUid(Transformation<?> changes) {
    Transformation<?> at = changes;
    while (at.getUid() == null && at.getInputs().size() == 1 && isExchange(at)) {
      at = at.getInputs().get(0);
    }
    return at.getUid();
  }

  private static boolean isExchange(Transformation<?> transformation) {
    return transformation instanceof PartitionTransformation;
  }

  @Override
  public Committer<SinkCommittable> createCommitter(CommitterInitContext context) {
    return new VarveCommitter(settings, run(), context);
  }

  /** Tells lineage tools which table the sink writes to. */
  @Override
  public LineageVertex getLineageVertex() {
    return TableLineage.vertex(settings.path(), settings.definition());
  }

  @Override
  public SimpleVersionedSerializer<WriterResult> getWriteResultSerializer() {
    return SinkSerializers.writerResults();
  }

  @Override
  public SimpleVersionedSerializer<SinkCommittable> getCommittableSerializer() {
    return SinkSerializers.committables();
  }

  private SinkRun run() {
    return Objects.requireNonNull(run, "the sink was not part of a job graph");
  }
}
