package io.varve.flink.sink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes checkpoint ids to state and passes a site while Flink writes a checkpoint in the
 * background: a failure there aborts the checkpoint, and the tasks go on.
 */
final class TrippingSerializer extends TypeSerializerSingleton<Long> {

  private static final long serialVersionUID = 1L;

  private final String directory;

  TrippingSerializer(String directory) {
    this.directory = directory;
  }

  @Override
  public void serialize(Long checkpoint, DataOutputView target) throws IOException {
    Faults.of(directory).pass("DURING SNAPSHOT " + checkpoint);
    target.writeLong(checkpoint);
  }

  @Override
  public Long deserialize(DataInputView source) throws IOException {
    return source.readLong();
  }

  @Override
  public Long deserialize(Long reuse, DataInputView source) throws IOException {
    return source.readLong();
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    target.writeLong(source.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public Long createInstance() {
    return 0L;
  }

  @Override
  public Long copy(Long from) {
    return from;
  }

  @Override
  public Long copy(Long from, Long reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return Long.BYTES;
  }

  @Override
  public TypeSerializerSnapshot<Long> snapshotConfiguration() {
    return new LongSerializer.LongSerializerSnapshot();
  }
}
