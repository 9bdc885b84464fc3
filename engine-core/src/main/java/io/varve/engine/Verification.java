package io.varve.engine;

import io.varve.column.Column;
import io.varve.column.ZoneMap;
import io.varve.encoding.ZoneMaps;
import io.varve.io.CorruptFileException;
import io.varve.schema.Field;
import io.varve.schema.HiddenField;
import io.varve.segment.SegmentReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Checks the files of a snapshot. Confined to one thread. */
final class Verification {

  private final boolean deep;
  private final List<String> problems = new ArrayList<>();
  private int files;
  private long rows;

  private Verification(boolean deep) {
    this.deep = deep;
  }

  static VerifyReport run(LogSnapshot snapshot, boolean deep) throws IOException {
    Verification verification = new Verification(deep);
    for (Part part : snapshot.parts()) {
      if (part instanceof SegmentPart segment) {
        verification.check(segment);
      } else {
        verification.rows += part.rows();
      }
    }
    return new VerifyReport(verification.files, verification.rows, verification.problems);
  }

  private void check(SegmentPart part) throws IOException {
    try {
      SegmentReader reader = part.reader();
      reader.verify();
      if (deep) {
        for (Field field : reader.schema().fields()) {
          checkZoneMaps(reader, field.id());
        }
        for (HiddenField field : HiddenField.values()) {
          checkZoneMaps(reader, field.id());
        }
      }
      files++;
      rows += part.rows();
    } catch (CorruptFileException damaged) {
      problems.add(damaged.getMessage());
    } catch (NoSuchFileException missing) {
      problems.add(missing.getFile() + ": is missing; restore it from a backup");
    } finally {
      part.release();
    }
  }

  /** Compares what is said of each block with its values; text may have wider bounds. */
  private void checkZoneMaps(SegmentReader reader, int fieldId) throws IOException {
    for (int block = 0; block < reader.blockCount(); block++) {
      Column values = reader.read(block, fieldId);
      ZoneMap actual = ZoneMaps.of(values, 0, reader.rowCount(block));
      ZoneMap stored = reader.zoneMap(block, fieldId);
      if (!isSame(actual, stored)) {
        problems.add(
            reader.name()
                + ": block "
                + block
                + " of column "
                + fieldId
                + " has zone map "
                + stored
                + ", its values have "
                + actual
                + "; restore the file from a backup");
      }
    }
  }

  private static boolean isSame(ZoneMap actual, ZoneMap stored) {
    if (actual instanceof ZoneMap.OfBinary one && stored instanceof ZoneMap.OfBinary other) {
      return one.rows() == other.rows()
          && one.nulls() == other.nulls()
          && Arrays.equals(one.min(), other.min())
          && Arrays.equals(one.max(), other.max());
    }
    return actual.equals(stored);
  }
}
