package io.varve.flink.source;

import io.varve.query.PartialRow;
import io.varve.query.PartialSerializer;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a group as Flink's key: its hash is a function of the keys' bytes, the same in every
 * process, as routing by key needs. Immutable.
 */
public final class RollupKey implements Serializable {

  private static final long serialVersionUID = 1L;

  private final byte[] bytes;

  private RollupKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns the key of a partial row's group. */
  public static RollupKey of(PartialRow row) {
    return new RollupKey(PartialSerializer.serializeKeys(row));
  }

  static RollupKey of(byte[] bytes) {
    return new RollupKey(bytes.clone());
  }

  byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RollupKey that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
