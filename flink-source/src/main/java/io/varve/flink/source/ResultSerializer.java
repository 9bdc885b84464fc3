package io.varve.flink.source;

import io.varve.io.VarveException;
import io.varve.query.AggregateRow;
import io.varve.query.AggregateRowSerializer;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Flink's serializer of results. Thread-safe. */
public final class ResultSerializer extends BytesTypeSerializer<AggregateRow> {

  private static final long serialVersionUID = 1L;

  @Override
  byte[] toBytes(AggregateRow value) {
    return AggregateRowSerializer.serialize(value);
  }

  @Override
  AggregateRow fromBytes(byte[] bytes) throws VarveException {
    return AggregateRowSerializer.deserialize(bytes);
  }

  @Override
  public AggregateRow createInstance() {
    return new AggregateRow(List.of(), List.of());
  }

  @Override
  public TypeSerializerSnapshot<AggregateRow> snapshotConfiguration() {
    return new Snapshot();
  }

  /** What checkpoints say of this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<AggregateRow> {

    /** Creates it, also when a checkpoint is restored. */
    public Snapshot() {
      super(ResultSerializer::new);
    }
  }
}
