package io.varve.engine;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.ZoneMap;
import io.varve.schema.Schema;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a generation at one point: each chunk is a block. Immutable, but for its chunks'
 * memory, which is used again when no snapshot holds the generation any more.
 */
final class GenerationView implements BlockSource {

  private final Generation generation;
  private final long position;
  private final int round;
  private final List<Chunk> chunks;
  private final int[] starts;

  GenerationView(
      Generation generation, long position, int round, List<Chunk> chunks, int[] starts) {
    this.generation = generation;
    this.position = position;
    this.round = round;
    this.chunks = List.copyOf(chunks);
    this.starts = starts;
  }

  long position() {
    return position;
  }

  int round() {
    return round;
  }

  Generation generation() {
    return generation;
  }

  Chunk chunk(int block) {
    return chunks.get(block);
  }

  List<Chunk> chunks() {
    return chunks;
  }

  long rows() {
    return chunks.stream().mapToLong(Chunk::rows).sum();
  }

  /** Returns the chunk that a row of the generation is in, -1 if it was published later. */
  int chunkOf(int row) {
    int at = Arrays.binarySearch(starts, row);
    int chunk = at >= 0 ? at : -at - 2;
    if (chunk == starts.length - 1 && chunk >= 0 && row >= starts[chunk] + chunk(chunk).rows()) {
      chunk++; // behind the chunks
    } else if (starts.length == 0) {
      chunk = 0;
    }
    return chunk < chunks.size() && row < startOf(chunk) + chunk(chunk).rows() ? chunk : -1;
  }

  /** Returns the first row of a chunk. */
  int startOf(int chunk) {
    return chunk < starts.length
        ? starts[chunk]
        : starts.length == 0 ? 0 : starts[starts.length - 1] + chunk(starts.length - 1).rows();
  }

  @Override
  public String name() {
    return "unsealed rows";
  }

  @Override
  public Schema schema() {
    return generation.schema();
  }

  @Override
  public int blockCount() {
    return chunks.size();
  }

  @Override
  public int rowCount(int block) {
    return chunks.get(block).rows();
  }

  @Override
  public @Nullable ZoneMap zoneMap(int block, int fieldId) {
    return chunks.get(block).zoneMap(fieldId);
  }

  @Override
  public Column read(int block, int fieldId) {
    return chunks.get(block).batch().byFieldId(fieldId);
  }

  @Override
  public void close() {}
}
