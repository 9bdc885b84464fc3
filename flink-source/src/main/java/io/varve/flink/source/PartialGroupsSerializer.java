package io.varve.flink.source;

import io.varve.io.VarveException;
import io.varve.query.PartialGroups;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Flink's serializer of partial rows of many groups. Thread-safe. */
public final class PartialGroupsSerializer extends BytesTypeSerializer<PartialGroups> {

  private static final long serialVersionUID = 1L;

  @Override
  byte[] toBytes(PartialGroups value) {
    return value.serialize();
  }

  @Override
  PartialGroups fromBytes(byte[] bytes) throws VarveException {
    return PartialGroups.deserialize(bytes);
  }

  @Override
  public PartialGroups createInstance() {
    return PartialGroups.ofNothing();
  }

  @Override
  public TypeSerializerSnapshot<PartialGroups> snapshotConfiguration() {
    return new Snapshot();
  }

  /** What checkpoints say of this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<PartialGroups> {

    /** Creates it, also when a checkpoint is restored. */
    public Snapshot() {
      super(PartialGroupsSerializer::new);
    }
  }
}
