package io.varve.simd;

/** How two values are compared. */
public enum Comparison {
  /** Equal. */
  EQUAL,
  /** Not equal. */
  NOT_EQUAL,
  /** Less. */
  LESS,
  /** Less or equal. */
  LESS_OR_EQUAL,
  /** Greater. */
  GREATER,
  /** Greater or equal. */
  GREATER_OR_EQUAL;

  /** Returns whether {@code left} compares so to {@code right}. */
  public boolean test(long left, long right) {
    return switch (this) {
      case EQUAL -> left == right;
      case NOT_EQUAL -> left != right;
      case LESS -> left < right;
      case LESS_OR_EQUAL -> left <= right;
      case GREATER -> left > right;
      case GREATER_OR_EQUAL -> left >= right;
    };
  }
}
