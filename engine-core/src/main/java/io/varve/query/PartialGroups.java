package io.varve.query;

import io.varve.encoding.ValueHash;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.VarveException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Partial rows of many groups in one piece, as bytes, of which none is made an object before all
 * rows of the groups have come together. Groups are spread over {@value #PARTS} parts by a hash of
 * their keys that is the same everywhere; those of one part are merged with each other only.
 * Immutable.
 *
 * <pre>
 * offset  size  field
 *      0     2  version
 *      2     2  part
 *      4     4  rows
 *      8     4  how many of them, from the first, have been put together
 *     12     …  rows, each: length of the keys, LEB128, the keys; the same of the measures
 *    end     4  CRC32C of all before
 * </pre>
 *
 * <p>Keys and measures are written as {@link PartialSerializer} does, with small numbers and
 * lengths in fewer bytes.
 */
public final class PartialGroups {

  /** How many parts there are: more processes than that can't share the merging. */
  public static final int PARTS = 1 << 10;

  /** The version that is written, and the only one that is read. */
  public static final int VERSION = 1;

  static final int HEADER_BYTES = 12;
  static final int CHECKSUM_BYTES = 4;
  private static final int ROWS = 4;
  private static final int TOGETHER = 8;

  /** Pieces are put together when that many rows wait, and as many as have been put together. */
  private static final int MIN_WAITING_ROWS = 1 << 13;

  private final int part;
  private final int rows;

  /** Sealed as on the wire; the first may be the groups of others before it, put together. */
  private final byte[][] pieces;

  private PartialGroups(int part, int rows, byte[][] pieces) {
    this.part = part;
    this.rows = rows;
    this.pieces = pieces;
  }

  /** Takes bytes that {@link PartialGroupsWriter} has sealed. */
  static PartialGroups ofSealed(int part, int rows, byte[] sealed) {
    return new PartialGroups(part, rows, new byte[][] {sealed});
  }

  /** Returns no rows, in the part of groups without keys. */
  public static PartialGroups ofNothing() {
    return new PartialGroups(partOf(new byte[0], 0, 0), 0, new byte[0][]);
  }

  /** Returns partial rows by their parts, in the order of these. */
  public static List<PartialGroups> of(Collection<PartialRow> partials) {
    List<PartialGroups> groups = new ArrayList<>();
    PartialGroupsWriter writer = new PartialGroupsWriter(groups::add);
    partials.forEach(writer::add);
    writer.handOver();
    return List.copyOf(groups);
  }

  /** Returns the part of a group, by the bytes of its keys. */
  static int partOf(byte[] bytes, int from, int to) {
    return (int) (ValueHash.of(bytes, from, to) >>> 54);
  }

  /** Returns the part, 0 to {@value #PARTS} - 1. */
  public int part() {
    return part;
  }

  /** Returns how many partial rows there are, also several of one group. */
  public int rows() {
    return rows;
  }

  /**
   * Returns the rows of both.
   *
   * @throws IllegalArgumentException if they are of different parts
   * @throws CorruptFileException if bytes are not as they were written
   */
  public PartialGroups merge(PartialGroups other) throws VarveException {
    if (part != other.part) {
      throw new IllegalArgumentException("can't merge part " + part + " with " + other.part);
    }
    byte[][] all = Arrays.copyOf(pieces, pieces.length + other.pieces.length);
    System.arraycopy(other.pieces, 0, all, pieces.length, other.pieces.length);
    PartialGroups both = new PartialGroups(part, Math.addExact(rows, other.rows), all);
    return both.waitingRows() > MIN_WAITING_ROWS ? both.compact() : both;
  }

  /** Returns how many rows have come since most were put together; 0 if those are fewer. */
  private int waitingRows() {
    int together = rowsTogether();
    return rows - together > together ? rows - together : 0;
  }

  /** Is written too: where state is kept as bytes, all rows are in one piece at every merge. */
  private int rowsTogether() {
    return pieces.length == 0 ? 0 : BytesReader.intAt(pieces[0], TOGETHER);
  }

  private PartialGroups compact() throws VarveException {
    BytesWriter out = new BytesWriter(1 << 16);
    start(out, part);
    int groups = merged().writeTo(out);
    return ofSealed(part, groups, seal(out, groups, groups));
  }

  /**
   * Gives each group once.
   *
   * @throws CorruptFileException if bytes are not as they were written
   */
  public void forEach(Consumer<PartialRow> consumer) throws VarveException {
    merged().forEach(consumer);
  }

  private MergedGroups merged() throws VarveException {
    MergedGroups merged = new MergedGroups(rows);
    for (byte[] piece : pieces) {
      merged.add(piece, HEADER_BYTES, piece.length - CHECKSUM_BYTES);
    }
    return merged;
  }

  static void start(BytesWriter out, int part) {
    out.writeShort(VERSION).writeShort(part).writeInt(0).writeInt(0);
  }

  /** Says in a header that was started how many rows follow. */
  static void setRows(BytesWriter out, int rows, int together) {
    out.setInt(ROWS, rows);
    out.setInt(TOGETHER, together);
  }

  private static byte[] seal(BytesWriter out, int rows, int together) {
    setRows(out, rows, together);
    return out.writeChecksum(0).toByteArray();
  }

  /** Returns all rows as bytes. */
  public byte[] serialize() {
    if (pieces.length == 1) {
      return pieces[0].clone();
    }
    int length = 0;
    for (byte[] piece : pieces) {
      length = Math.addExact(length, piece.length);
    }
    BytesWriter out = new BytesWriter(length + HEADER_BYTES);
    start(out, part);
    for (byte[] piece : pieces) {
      out.writeBytes(piece, HEADER_BYTES, piece.length - HEADER_BYTES - CHECKSUM_BYTES);
    }
    return seal(out, rows, rowsTogether());
  }

  /**
   * Returns what some bytes stand for.
   *
   * @throws io.varve.io.UnsupportedVersionException if they are of another version
   * @throws CorruptFileException if they are damaged
   */
  public static PartialGroups deserialize(byte[] bytes) throws VarveException {
    byte[] own = bytes.clone();
    BytesReader in = Envelope.open("partial groups", VERSION, own);
    int part = in.readShort();
    if (part >= PARTS) {
      throw in.corrupt("a part below " + PARTS, String.valueOf(part));
    }
    int rows = in.readCount(in.remaining() / MergedGroups.LEAST_ROW_BYTES);
    in.readCount(rows);
    if (rows == 0) {
      in.expectEnd();
    }
    return new PartialGroups(part, rows, rows == 0 ? new byte[0][] : new byte[][] {own});
  }

  /** Returns whether both have the same rows in the same order, as many of them put together. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PartialGroups that && Arrays.equals(serialize(), that.serialize());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(serialize());
  }

  @Override
  public String toString() {
    return rows + " partial rows of part " + part;
  }
}
