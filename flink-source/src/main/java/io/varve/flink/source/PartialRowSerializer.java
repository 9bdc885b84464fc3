package io.varve.flink.source;

import io.varve.io.VarveException;
import io.varve.query.PartialRow;
import io.varve.query.PartialSerializer;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Flink's serializer of partial rows. Thread-safe. */
public final class PartialRowSerializer extends BytesTypeSerializer<PartialRow> {

  private static final long serialVersionUID = 1L;

  @Override
  byte[] toBytes(PartialRow value) {
    return PartialSerializer.serialize(value);
  }

  @Override
  PartialRow fromBytes(byte[] bytes) throws VarveException {
    return PartialSerializer.deserialize(bytes);
  }

  @Override
  public PartialRow createInstance() {
    return new PartialRow(List.of(), List.of());
  }

  @Override
  public TypeSerializerSnapshot<PartialRow> snapshotConfiguration() {
    return new Snapshot();
  }

  /** What checkpoints say of this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<PartialRow> {

    /** Creates it, also when a checkpoint is restored. */
    public Snapshot() {
      super(PartialRowSerializer::new);
    }
  }
}
