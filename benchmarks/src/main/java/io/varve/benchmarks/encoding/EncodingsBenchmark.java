package io.varve.benchmarks.encoding;

import io.varve.column.Column;
import io.varve.encoding.BlockDecoder;
import io.varve.encoding.BlockEncoder;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One block of each encoding, chosen and written, and read back whole; {@code bin/varve-bench
 * kernels} runs it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class EncodingsBenchmark {

  /** What is encoded: all samples, one after the other. */
  @Param public @Nullable EncodingSample sample;

  private final BlockDecoder decoder = new BlockDecoder();
  private final BytesWriter written = new BytesWriter(1 << 17);
  private @Nullable BlockEncoder encoder;
  private @Nullable Column values;
  private @Nullable Column decoded;
  private byte[] block = new byte[0];
  private int rows;

  /** Creates the state of a benchmark. */
  public EncodingsBenchmark() {}

  /**
   * Encodes the block.
   *
   * @throws IllegalStateException if the chooser takes another encoding than is to be measured
   */
  @Setup
  public void encodeOnce() throws CorruptFileException {
    EncodingSample wanted = Objects.requireNonNull(sample);
    rows = wanted.rows();
    encoder = wanted.encoder();
    values = wanted.column();
    decoded = values.newEmpty();
    block = encode().toByteArray();
    String found = BlockDecoder.encodings(new BytesReader("block", block));
    if (!found.startsWith(wanted.encodings())) {
      throw new IllegalStateException(wanted + " is encoded as " + found);
    }
  }

  /** Chooses and writes. */
  @Benchmark
  public BytesWriter encode() {
    written.clear();
    Objects.requireNonNull(encoder).encode(Objects.requireNonNull(values), 0, rows, written);
    return written;
  }

  /** Reads all values. */
  @Benchmark
  public Column decode() throws CorruptFileException {
    Column into = Objects.requireNonNull(decoded);
    decoder.decode(new BytesReader("block", block), rows, into);
    return into;
  }
}
