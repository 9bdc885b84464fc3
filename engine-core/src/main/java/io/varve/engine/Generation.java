package io.varve.engine;

import io.varve.column.RowBuffer;
import io.varve.schema.Schema;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Unsealed rows that will become one segment: chunks, and a partial block behind them. One thread
 * at a time appends under the log's lock; any number read what has been published, without a lock.
 */
final class Generation {

  /** From so many rows on a batch becomes a chunk as it is. */
  private static final int CHUNK_ROWS = 256;

  private final Schema schema;
  private final List<FileId> tails;
  private final long writer;
  private final PartialBlock partial;
  private final BufferPool buffers;
  private final IdTable ids;

  private Chunk[] chunks = new Chunk[16]; // grows by copying: readers keep the one they found
  private int[] starts = new int[16]; // the first row of each chunk among all of the generation
  private int chunkCount;
  private int closedRows;
  private long partialSequence;
  private long bytes;
  private Front.@Nullable Position end; // set when nothing more is appended
  private volatile long published; // number of chunks, and in the low half rows behind them
  private volatile @Nullable GenerationView lastView;

  /**
   * Creates an empty generation.
   *
   * @param tails the files that its rows are in, in order
   * @param writer of the rows appended to it
   * @param buffers gives its memory
   */
  Generation(Schema schema, List<FileId> tails, long writer, BufferPool buffers) {
    this.schema = schema;
    this.tails = List.copyOf(tails);
    this.writer = writer;
    this.buffers = buffers;
    this.partial = buffers.takePartial();
    this.ids = buffers.takeIds();
  }

  Schema schema() {
    return schema;
  }

  List<FileId> tails() {
    return tails;
  }

  /** Returns the tail that its rows are appended to. */
  FileId lastTail() {
    return tails.get(tails.size() - 1);
  }

  /** Notes that nothing more is appended, and where the log ends. */
  void freeze(Front.Position position) {
    end = position;
  }

  /** Returns where the log ended when it was frozen; null while rows are appended. */
  Front.@Nullable Position end() {
    return end;
  }

  int rows() {
    return closedRows + partial.rows();
  }

  long bytes() {
    return bytes;
  }

  IdTable ids() {
    return ids;
  }

  /** Returns the block behind the chunks. */
  PartialBlock partial() {
    return partial;
  }

  /** Adds rows of an earlier opening, while nobody reads yet. */
  void addRecovered(Chunk chunk, long chunkBytes) {
    add(chunk);
    bytes += chunkBytes;
    published = (long) chunkCount << 32;
  }

  /**
   * Appends the rows of one append and publishes them. The staging's buffer is kept if they are
   * many.
   */
  void append(Staging staging, long sequence, long @Nullable [] idHashes) {
    int rows = staging.rows();
    int firstRow = rows();
    bytes += staging.bytes();
    if (idHashes != null) {
      for (int row = 0; row < rows; row++) {
        if (staging.hasId(row)) {
          ids.add(idHashes[row], firstRow + row);
        }
      }
    }
    if (rows >= CHUNK_ROWS || !appendToPartial(staging, sequence)) {
      closePartial();
      add(Chunk.of(staging.buffer(), writer, sequence));
      staging.replaceBuffer(buffers.takeAfter(staging.buffer()));
    }
    published = (long) chunkCount << 32 | partial.rows();
  }

  private boolean appendToPartial(Staging staging, long sequence) {
    if (partial.rows() == 0) {
      partialSequence = sequence;
    }
    if (partial.append(staging.batch())) {
      return true;
    }
    closePartial();
    partialSequence = sequence;
    return partial.append(staging.batch());
  }

  /** Makes a chunk of the rows in the partial block. */
  void closePartial() {
    int rows = partial.rows();
    if (rows == 0) {
      return;
    }
    RowBuffer buffer = buffers.take();
    partial.copyTo(buffer.batch(), 0, rows, writer, partialSequence);
    add(Chunk.of(buffer, writer, partialSequence));
    published = (long) chunkCount << 32;
    partial.clear();
  }

  private void add(Chunk chunk) {
    if (chunkCount == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunkCount * 2);
      starts = Arrays.copyOf(starts, chunkCount * 2);
    }
    chunks[chunkCount] = chunk;
    starts[chunkCount++] = closedRows;
    closedRows += chunk.rows();
  }

  /** Returns the rows published so far. */
  GenerationView view() {
    while (true) {
      int round = partial.round();
      long position = published;
      GenerationView last = lastView;
      if (last != null && last.position() == position && last.round() == round) {
        return last;
      }
      GenerationView view = tryView(round, position);
      if (view != null) {
        lastView = view;
        return view;
      }
    }
  }

  private @Nullable GenerationView tryView(int round, long position) {
    int count = (int) (position >>> 32);
    int behind = (int) position;
    List<Chunk> seen = new ArrayList<>(count + 1);
    seen.addAll(Arrays.asList(chunks).subList(0, count));
    if (behind > 0) {
      RowBuffer copy = Staging.newBuffer(schema);
      long sequence = partialSequence;
      partial.copyTo(copy.batch(), 0, behind, writer, sequence);
      VarHandle.acquireFence();
      if (partial.round() != round) {
        return null;
      }
      seen.add(Chunk.of(copy, writer, sequence));
    }
    return new GenerationView(this, position, round, seen, Arrays.copyOf(starts, count));
  }

  /** Returns the chunks; to be called when nothing is appended any more. */
  List<Chunk> closedChunks() {
    return List.of(Arrays.copyOf(chunks, chunkCount));
  }

  /**
   * Copies published rows that are not in a tail yet.
   *
   * @param chunk number of the chunk, or of the partial block behind all chunks
   * @param from first row of it
   * @param scratch is overwritten if the rows are no whole chunk
   * @return the rows, null if there are none
   */
  @Nullable RowBuffer unwritten(int chunk, int from, RowBuffer scratch) {
    while (true) {
      int round = partial.round();
      long position = published;
      int count = (int) (position >>> 32);
      if (chunk < count) {
        return fromChunk(chunks[chunk], from, scratch);
      }
      int behind = (int) position;
      if (behind <= from) {
        return null;
      }
      scratch.clear();
      partial.copyTo(scratch.batch(), from, behind, writer, partialSequence + from);
      VarHandle.acquireFence();
      if (partial.round() == round) {
        return scratch;
      }
    }
  }

  private static @Nullable RowBuffer fromChunk(Chunk chunk, int from, RowBuffer scratch) {
    if (from == 0) {
      return chunk.buffer();
    }
    if (from == chunk.rows()) {
      return null;
    }
    scratch.clear();
    for (int row = from; row < chunk.rows(); row++) {
      scratch.batch().appendFrom(chunk.batch(), row);
    }
    return scratch;
  }

  /** Returns how many chunks have been published. */
  int publishedChunks() {
    return (int) (published >>> 32);
  }
}
