package io.varve.flink.source;

import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Flink's serializer of group keys. Thread-safe. */
public final class RollupKeySerializer extends BytesTypeSerializer<RollupKey> {

  private static final long serialVersionUID = 1L;

  @Override
  byte[] toBytes(RollupKey value) {
    return value.bytes();
  }

  @Override
  RollupKey fromBytes(byte[] bytes) {
    return RollupKey.of(bytes);
  }

  @Override
  public RollupKey createInstance() {
    return RollupKey.of(new byte[0]);
  }

  @Override
  public TypeSerializerSnapshot<RollupKey> snapshotConfiguration() {
    return new Snapshot();
  }

  /** What checkpoints say of this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<RollupKey> {

    /** Creates it, also when a checkpoint is restored. */
    public Snapshot() {
      super(RollupKeySerializer::new);
    }
  }
}
