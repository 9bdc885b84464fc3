package io.varve.flink.sink;

import io.varve.flink.common.BytesSerializer;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.table.ChangeCodec;
import io.varve.table.RecordCodec;
import io.varve.table.protocol.AggregatorState;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The serializers of everything that the sink sends or keeps (format.md, "Flink state"). */
final class SinkSerializers {

  private static final int VERSION = 0;
  private static final int CHECKPOINT = 1;
  private static final int WHOLE_JOB = 2;

  private SinkSerializers() {}

  static SimpleVersionedSerializer<WriterResult> writerResults() {
    return new BytesSerializer<>(
        "what a writer made durable",
        VERSION,
        (out, result) -> {
          out.writeString(result.tableId());
          ChangeCodec.write(out, result.changes());
        },
        in -> new WriterResult(in.readString(), ChangeCodec.readWriterChanges(in)));
  }

  static SimpleVersionedSerializer<SinkCommittable> committables() {
    return new BytesSerializer<>(
        "a committable", VERSION, SinkSerializers::write, SinkSerializers::readCommittable);
  }

  static SimpleVersionedSerializer<AggregatorState> aggregatorState() {
    return new BytesSerializer<>(
        "the aggregator's state", VERSION, RecordCodec::write, RecordCodec::readAggregatorState);
  }

  private static void write(BytesWriter out, SinkCommittable committable) {
    if (committable instanceof SinkCommittable.Checkpoint checkpoint) {
      out.writeByte(CHECKPOINT);
      RecordCodec.write(out, checkpoint.committable());
    } else if (committable instanceof SinkCommittable.WholeJob job) {
      out.writeByte(WHOLE_JOB);
      RecordCodec.write(out, job.guest());
      ChangeCodec.write(out, job.folded());
    }
  }

  private static SinkCommittable readCommittable(BytesReader in) throws CorruptFileException {
    int kind = in.readByte();
    return switch (kind) {
      case CHECKPOINT -> new SinkCommittable.Checkpoint(RecordCodec.readCommittable(in));
      case WHOLE_JOB ->
          new SinkCommittable.WholeJob(RecordCodec.readGuest(in), ChangeCodec.readFolded(in));
      default -> throw in.corrupt("1 or 2", String.valueOf(kind));
    };
  }
}
