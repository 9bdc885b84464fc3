package io.varve.table;

import static io.varve.table.ChangeCodec.readFlag;
import static io.varve.table.ChangeCodec.valid;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.UnsupportedVersionException;
import io.varve.table.protocol.AggregatorState;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.CleanUp;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.Committable;
import io.varve.table.protocol.GuestId;
import io.varve.table.protocol.Last;
import io.varve.table.protocol.LogFacts;
import io.varve.table.protocol.Progress;
import io.varve.table.protocol.Reign;
import io.varve.table.protocol.RunId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Commit records, committables and the aggregator's state as bytes (format.md, "Commit records").
 *
 * <pre>
 * offset  size  field
 *      0     4  magic "VCMT"
 *      4     2  version
 *      6     2  zero
 *      8     …  record
 *    end     4  CRC32C of all before
 * </pre>
 */
public final class RecordCodec {

  static final int MAGIC = 0x544d4356; // "VCMT"
  private static final int OPEN = 1;
  private static final int DATA = 2;
  private static final int MAINTENANCE = 3;
  private static final int GUEST = 4;
  private static final int START = 0;
  private static final int COMMIT = 1;

  private RecordCodec() {}

  /** Returns the content of a commit record's file. */
  static byte[] toFile(CommitRecord record) {
    BytesWriter out = new BytesWriter(1024);
    writeHeader(out, MAGIC);
    write(out, record);
    return out.writeChecksum(0).toByteArray();
  }

  /** Reads the content of a commit record's file. */
  static CommitRecord fromFile(String file, byte[] content) throws IOException {
    BytesReader in = checkedBody(file, content, MAGIC);
    CommitRecord record = readRecord(in);
    in.expectEnd();
    return record;
  }

  static void writeHeader(BytesWriter out, int magic) {
    out.writeInt(magic).writeShort(TableDescription.FORMAT_VERSION).writeShort(0);
  }

  /** Checks header and checksum of a small file and returns what lies between. */
  static BytesReader checkedBody(String file, byte[] content, int magic) throws IOException {
    BytesReader in = new BytesReader(file, content);
    int found = in.readInt();
    if (found != magic) {
      throw in.corrupt("magic " + Integer.toHexString(magic), Integer.toHexString(found));
    }
    int version = in.readShort();
    int zero = in.readShort();
    in.advance(Math.max(0, in.remaining() - 4));
    in.expectChecksum(0);
    if (version != TableDescription.FORMAT_VERSION) {
      throw new UnsupportedVersionException(
          file
              + ": version "
              + version
              + ", this release reads "
              + TableDescription.FORMAT_VERSION
              + "; use the release that wrote it");
    }
    if (zero != 0) {
      throw new CorruptFileException(file + ": bytes 6 and 7 must be zero");
    }
    return new BytesReader(file, 8, content, 8, content.length - 12);
  }

  private static void write(BytesWriter out, CommitRecord record) {
    out.writeLong(record.number()).writeLong(record.base()).writeLong(record.timeMillis());
    Reign reign = record.reign();
    out.writeString(reign.lineage()).writeLong(reign.epoch());
    write(out, reign.run());
    out.writeString(reign.sinkId()).writeLong(reign.openTimeMillis());
    out.writeString(reign.openedBy());
    Progress progress = record.progress();
    out.writeLong(progress.checkpoint());
    write(out, progress.last());
    out.writeLong(progress.watermark());
    Author author = record.author();
    out.writeString(author.id()).writeString(author.who()).writeString(author.why());
    write(out, record.body());
  }

  private static CommitRecord readRecord(BytesReader in) throws CorruptFileException {
    return valid(
        in,
        () ->
            new CommitRecord(
                in.readLong(),
                in.readLong(),
                in.readLong(),
                new Reign(
                    in.readString(),
                    in.readLong(),
                    readRun(in),
                    in.readString(),
                    in.readLong(),
                    in.readString()),
                new Progress(in.readLong(), readLast(in), in.readLong()),
                new Author(in.readString(), in.readString(), in.readString()),
                readBody(in)));
  }

  private static void write(BytesWriter out, CommitRecord.Body body) {
    if (body instanceof CommitRecord.Open open) {
      out.writeByte(OPEN);
      writeAll(out, open.pending());
      LogFacts facts = open.facts();
      out.writeByte(facts == null ? 0 : 1);
      if (facts != null) {
        StateCodec.write(out, facts);
      }
    } else if (body instanceof CommitRecord.Data data) {
      out.writeByte(DATA);
      ChangeCodec.write(out, data.folded());
    } else if (body instanceof CommitRecord.Maintenance maintenance) {
      out.writeByte(MAINTENANCE);
      ChangeCodec.writeAll(out, maintenance.changes());
      CleanUp cleanUp = maintenance.cleanUp();
      out.writeByte(cleanUp == null ? 0 : 1);
      if (cleanUp != null) {
        out.writeLong(cleanUp.expiresThrough()).writeInt(cleanUp.files().size());
        cleanUp.files().forEach(out::writeString);
      }
    } else if (body instanceof CommitRecord.Guest guest) {
      out.writeByte(GUEST);
      write(out, guest.guest());
      ChangeCodec.writeAll(out, guest.replaced());
      ChangeCodec.write(out, guest.folded());
    } else {
      throw new IllegalArgumentException("unknown body " + body);
    }
  }

  private static CommitRecord.Body readBody(BytesReader in) throws CorruptFileException {
    int kind = in.readByte();
    return switch (kind) {
      case OPEN ->
          new CommitRecord.Open(
              readCommittables(in), readFlag(in) ? StateCodec.readFacts(in) : null);
      case DATA -> new CommitRecord.Data(ChangeCodec.readFolded(in));
      case MAINTENANCE ->
          new CommitRecord.Maintenance(
              ChangeCodec.readAll(in), readFlag(in) ? readCleanUp(in) : null);
      case GUEST ->
          new CommitRecord.Guest(
              readGuest(in), ChangeCodec.readAll(in), ChangeCodec.readFolded(in));
      default -> throw in.corrupt("a kind of record from 1 to 4", String.valueOf(kind));
    };
  }

  private static CleanUp readCleanUp(BytesReader in) throws CorruptFileException {
    long through = in.readLong();
    List<String> files = new ArrayList<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      files.add(in.readString());
    }
    return new CleanUp(through, files);
  }

  /** Writes the identity of a job without checkpoints. */
  public static void write(BytesWriter out, GuestId guest) {
    write(out, guest.run());
    out.writeString(guest.sinkId());
  }

  /** Reads the identity of a job without checkpoints. */
  public static GuestId readGuest(BytesReader in) throws CorruptFileException {
    return new GuestId(readRun(in), in.readString());
  }

  /** Writes what the aggregator hands to the committer. */
  public static void write(BytesWriter out, Committable committable) {
    out.writeString(committable.lineage());
    out.writeLong(committable.epoch()).writeLong(committable.checkpoint());
    write(out, committable.previous());
    out.writeLong(committable.watermark());
    ChangeCodec.write(out, committable.folded());
  }

  /** Reads what the aggregator hands to the committer. */
  public static Committable readCommittable(BytesReader in) throws CorruptFileException {
    return valid(
        in,
        () ->
            new Committable(
                in.readString(),
                in.readLong(),
                in.readLong(),
                readLast(in),
                in.readLong(),
                ChangeCodec.readFolded(in)));
  }

  private static void writeAll(BytesWriter out, List<Committable> committables) {
    out.writeInt(committables.size());
    committables.forEach(committable -> write(out, committable));
  }

  private static List<Committable> readCommittables(BytesReader in) throws CorruptFileException {
    List<Committable> committables = new ArrayList<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      committables.add(readCommittable(in));
    }
    return committables;
  }

  /** Writes what the aggregator keeps in a checkpoint. */
  public static void write(BytesWriter out, AggregatorState state) {
    out.writeString(state.tableId()).writeString(state.lineage()).writeLong(state.epoch());
    write(out, state.last());
    writeAll(out, state.pending());
  }

  /** Reads what the aggregator keeps in a checkpoint. */
  public static AggregatorState readAggregatorState(BytesReader in) throws CorruptFileException {
    return new AggregatorState(
        in.readString(), in.readString(), in.readLong(), readLast(in), readCommittables(in));
  }

  static void write(BytesWriter out, Last last) {
    if (last instanceof Last.Start start) {
      out.writeByte(START);
      write(out, start.run());
    } else if (last instanceof Last.Commit commit) {
      out.writeByte(COMMIT).writeLong(commit.epoch()).writeLong(commit.checkpoint());
    }
  }

  static Last readLast(BytesReader in) throws CorruptFileException {
    int kind = in.readByte();
    return switch (kind) {
      case START -> new Last.Start(readRun(in));
      case COMMIT -> valid(in, () -> new Last.Commit(in.readLong(), in.readLong()));
      default -> throw in.corrupt("0 or 1", String.valueOf(kind));
    };
  }

  private static void write(BytesWriter out, RunId run) {
    out.writeLong(run.timeMillis()).writeLong(run.random());
  }

  private static RunId readRun(BytesReader in) throws CorruptFileException {
    return new RunId(in.readLong(), in.readLong());
  }
}
