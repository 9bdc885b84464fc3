package io.varve.engine;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.Checksums;
import io.varve.io.CorruptFileException;
import io.varve.io.UnsupportedVersionException;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.SchemaSerializer;
import io.varve.schema.TableDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The bytes of identity files and manifests, docs/format.md: magic (4), version (2), kind (2), the
 * content, CRC32C of all before (4). Stateless.
 */
final class ManifestCodec {

  static final int VERSION = 0;
  static final int MAX_BYTES = 64 << 20;

  private static final int IDENTITY_MAGIC = 0x44494c56; // "VLID"
  private static final int MANIFEST_MAGIC = 0x4e414d56; // "VMAN"
  private static final int STANDS_ALONE = 1;
  private static final int BELONGS_TO_TABLE = 2;

  /** The functions of projections by their numbers, from 1 on; no number is ever used again. */
  private static final List<Projection.Function> FUNCTIONS =
      List.of(
          Projection.Function.COUNT,
          Projection.Function.SUM,
          Projection.Function.MIN,
          Projection.Function.MAX);

  private static final int HEAD_BYTES = 8;
  private static final int CHECKSUM_BYTES = 4;

  private ManifestCodec() {}

  static byte[] write(Identity identity) {
    BytesWriter out = head(IDENTITY_MAGIC, identity.standsAlone() ? STANDS_ALONE : 2);
    writeId(identity.id(), out);
    writeDefinition(identity.definition(), out);
    return out.writeChecksum(0).toByteArray();
  }

  static Identity readIdentity(String file, byte[] bytes)
      throws CorruptFileException, UnsupportedVersionException {
    BytesReader in = open(file, bytes, IDENTITY_MAGIC, "VLID");
    int kind = in.readShort();
    if (kind != STANDS_ALONE && kind != BELONGS_TO_TABLE) {
      throw in.corrupt("kind 1 or 2", String.valueOf(kind));
    }
    Identity identity = new Identity(kind == STANDS_ALONE, readId(in), readDefinition(in));
    in.expectEnd();
    return identity;
  }

  static byte[] write(Manifest manifest) {
    BytesWriter out = head(MANIFEST_MAGIC, 0);
    out.writeLong(manifest.number());
    writeId(manifest.logId(), out);
    out.writeLong(manifest.attempt()).writeLong(manifest.floor());
    write(manifest.sealedTail(), out);
    writeDefinition(manifest.definition(), out);
    out.writeInt(manifest.segments().size());
    for (SegmentEntry segment : manifest.segments()) {
      write(segment.id(), out);
      out.writeLong(segment.rows()).writeLong(segment.bytes());
      out.writeLong(segment.minTime()).writeLong(segment.maxTime());
    }
    out.writeInt(manifest.deletes().size());
    manifest.deletes().forEach(id -> write(id, out));
    return out.writeChecksum(0).toByteArray();
  }

  static Manifest readManifest(String file, byte[] bytes)
      throws CorruptFileException, UnsupportedVersionException {
    BytesReader in = open(file, bytes, MANIFEST_MAGIC, "VMAN");
    if (in.readShort() != 0) {
      throw in.corrupt("zero", "another value");
    }
    long number = in.readLong();
    UUID logId = readId(in);
    long attempt = in.readLong();
    long floor = in.readLong();
    FileId sealedTail = readFile(in);
    TableDefinition definition = readDefinition(in);
    List<SegmentEntry> segments = new ArrayList<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      FileId id = readFile(in);
      long rows = in.readLong();
      long length = in.readLong();
      long minTime = in.readLong();
      long maxTime = in.readLong();
      if (rows < 1 || length < 1 || minTime > maxTime) {
        throw in.corrupt("a segment with rows", rows + " rows in " + length + " bytes");
      }
      segments.add(new SegmentEntry(id, rows, length, minTime, maxTime));
    }
    List<FileId> deletes = new ArrayList<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      deletes.add(readFile(in));
    }
    in.expectEnd();
    return new Manifest(number, logId, attempt, definition, floor, sealedTail, segments, deletes);
  }

  private static BytesWriter head(int magic, int kind) {
    return new BytesWriter(512).writeInt(magic).writeShort(VERSION).writeShort(kind);
  }

  /** Checks magic, checksum and version and returns a reader that stands before the kind. */
  private static BytesReader open(String file, byte[] bytes, int magic, String magicText)
      throws CorruptFileException, UnsupportedVersionException {
    BytesReader whole = new BytesReader(file, bytes);
    if (bytes.length < HEAD_BYTES + CHECKSUM_BYTES) {
      throw whole.corrupt("at least 12 bytes", bytes.length + " bytes");
    }
    if (whole.readInt() != magic) {
      throw whole.corrupt("the magic " + magicText, "other bytes");
    }
    int end = bytes.length - CHECKSUM_BYTES;
    int stored = new BytesReader(file, end, bytes, end, CHECKSUM_BYTES).readInt();
    int computed = Checksums.crc32c(bytes, 0, end);
    if (stored != computed) {
      throw whole.corrupt(Checksums.describe(stored), Checksums.describe(computed));
    }
    int version = whole.readShort();
    if (version != VERSION) {
      throw new UnsupportedVersionException(
          file
              + ": has version "
              + version
              + ", this release reads version "
              + VERSION
              + "; open the log with the release that wrote it or a later one");
    }
    return new BytesReader(file, 6, bytes, 6, end - 6);
  }

  private static void writeDefinition(TableDefinition definition, BytesWriter out) {
    SchemaSerializer.write(definition.schema(), out);
    out.writeString(definition.idColumn());
    writeNames(definition.bloomColumns(), out);
    writeNames(definition.tallyColumns(), out);
    out.writeString(definition.timeZone());
    out.writeShort(definition.projections().size());
    for (Projection projection : definition.projections()) {
      out.writeString(projection.name()).writeString(projection.timeBucket());
      writeNames(projection.columns(), out);
      out.writeShort(projection.aggregates().size());
      for (Projection.Aggregate aggregate : projection.aggregates()) {
        out.writeByte(FUNCTIONS.indexOf(aggregate.function()) + 1).writeString(aggregate.column());
      }
    }
  }

  private static TableDefinition readDefinition(BytesReader in) throws CorruptFileException {
    Schema schema = SchemaSerializer.read(in);
    String idColumn = in.readString();
    List<String> blooms = readNames(in);
    List<String> tallies = readNames(in);
    String zone = in.readString();
    try {
      TableDefinition.Builder definition =
          TableDefinition.builder(schema)
              .idColumn(idColumn)
              .bloomColumns(blooms.toArray(String[]::new))
              .tallyColumns(tallies.toArray(String[]::new))
              .timeZone(zone);
      for (int left = in.readShort(); left > 0; left--) {
        definition.projection(readProjection(in));
      }
      return definition.build();
    } catch (IllegalArgumentException | java.time.DateTimeException invalid) {
      throw in.corrupt("a definition", "none: " + invalid.getMessage());
    }
  }

  private static Projection readProjection(BytesReader in) throws CorruptFileException {
    String name = in.readString();
    String bucket = in.readString();
    List<String> columns = readNames(in);
    List<Projection.Aggregate> aggregates = new ArrayList<>();
    for (int left = in.readShort(); left > 0; left--) {
      int function = in.readByte();
      if (function < 1 || function > FUNCTIONS.size()) {
        throw in.corrupt("a function of 1 to " + FUNCTIONS.size(), String.valueOf(function));
      }
      aggregates.add(new Projection.Aggregate(FUNCTIONS.get(function - 1), in.readString()));
    }
    return new Projection(name, bucket, columns, aggregates);
  }

  private static void writeNames(List<String> names, BytesWriter out) {
    out.writeShort(names.size());
    names.forEach(out::writeString);
  }

  private static List<String> readNames(BytesReader in) throws CorruptFileException {
    List<String> names = new ArrayList<>();
    for (int left = in.readShort(); left > 0; left--) {
      names.add(in.readString());
    }
    return names;
  }

  private static void writeId(UUID id, BytesWriter out) {
    out.writeLong(id.getMostSignificantBits()).writeLong(id.getLeastSignificantBits());
  }

  private static UUID readId(BytesReader in) throws CorruptFileException {
    return new UUID(in.readLong(), in.readLong());
  }

  private static void write(FileId id, BytesWriter out) {
    out.writeLong(id.attempt()).writeLong(id.ordinal());
  }

  private static FileId readFile(BytesReader in) throws CorruptFileException {
    FileId id = new FileId(in.readLong(), in.readLong());
    if (id.attempt() < 0 || id.ordinal() < 0) {
      throw in.corrupt("the name of a file", id.toString());
    }
    return id;
  }
}
