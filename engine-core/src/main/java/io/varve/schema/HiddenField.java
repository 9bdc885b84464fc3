package io.varve.schema;

/**
 * The columns that Varve adds to every row: who wrote it when. Together they name a row for good
 * and order rows of equal time. All are held as {@link Storage#LONG} and never null. The ids are on
 * disk and never change.
 */
public enum HiddenField {
  /** The writer attempt's unique number, any 64 bits. */
  WRITER(0x8000),
  /** The ordinal of the writer attempt's barrier, from zero. */
  LAYER(0x8001),
  /** The row's place among all rows of the writer attempt, from zero. */
  SEQUENCE(0x8002);

  private final int id;

  HiddenField(int id) {
    this.id = id;
  }

  /** Returns the field id, greater than any of a user's column. */
  public int id() {
    return id;
  }

  /** Returns the hidden column with an id. */
  public static HiddenField ofId(int id) {
    for (HiddenField field : values()) {
      if (field.id == id) {
        return field;
      }
    }
    throw new IllegalArgumentException("no hidden column has id " + id);
  }
}
