package io.varve.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** One file of one row group; its footer is read once. Confined to one thread. */
final class ParquetUsageFile {

  private static final ParquetReadOptions ALL = ParquetReadOptions.builder().build();

  private final InputFile file;
  private @Nullable ParquetMetadata footer;

  ParquetUsageFile(Path path) {
    file = new LocalInputFile(path);
  }

  /** Reads the footer. */
  void open() throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(file)) {
      footer = reader.getFooter();
      if (footer.getBlocks().size() != 1) {
        throw new IOException(file + " has " + footer.getBlocks().size() + " row groups, not one");
      }
    }
  }

  private ParquetMetadata footer() {
    return Objects.requireNonNull(footer, "not open");
  }

  private Statistics<?> statistics(String column) {
    for (ColumnChunkMetaData chunk : footer().getBlocks().get(0).getColumns()) {
      if (chunk.getPath().toDotString().equals(column)) {
        return chunk.getStatistics();
      }
    }
    throw new IllegalArgumentException("no column " + column);
  }

  /** Returns whether some time of a range can be in the file. */
  boolean mayHaveTime(long from, long to) {
    Statistics<?> times = statistics("ts");
    return (Long) times.genericGetMax() >= from && (Long) times.genericGetMin() < to;
  }

  /** Returns whether an id can be in the file. */
  boolean mayHaveId(String id) {
    Statistics<?> ids = statistics("id");
    return ids.genericGetMin() instanceof Binary least
        && ids.genericGetMax() instanceof Binary greatest
        && least.toStringUsingUTF8().compareTo(id) <= 0
        && greatest.toStringUsingUTF8().compareTo(id) >= 0;
  }

  /** Starts to read all rows. */
  Columns read(List<String> columns) throws IOException {
    return new Columns(columns, ALL);
  }

  /** Starts to read the rows whose pages may have an id. */
  Columns readNear(String id, List<String> columns) throws IOException {
    return new Columns(
        columns,
        ParquetReadOptions.builder()
            .withRecordFilter(
                FilterCompat.get(FilterApi.eq(FilterApi.binaryColumn("id"), Binary.fromString(id))))
            .useColumnIndexFilter()
            .build());
  }

  /** What is done with the value of a row. */
  interface Action {
    void take(Cell cell);
  }

  /** A condition on the value of a row. */
  interface Test {
    boolean test(Cell cell);
  }

  /** What is done with a row. */
  interface RowAction {
    void take(Cell[] cells);
  }

  /** Some columns, each of which can be read once. */
  final class Columns implements AutoCloseable {

    private final ParquetFileReader reader;
    private final MessageType schema;
    private final Cell[] cells;
    private final @Nullable PageReadStore pages;
    private final @Nullable ColumnReadStoreImpl store;

    Columns(List<String> names, ParquetReadOptions options) throws IOException {
      schema =
          new MessageType("usage", names.stream().map(ParquetUsageWriter.SCHEMA::getType).toList());
      cells =
          names.stream()
              .map(name -> new Cell(ParquetUsageWriter.isText(name)))
              .toArray(Cell[]::new);
      reader = ParquetFileReader.open(file, footer(), options, file.newStream());
      reader.setRequestedSchema(schema);
      pages = options == ALL ? reader.readNextRowGroup() : reader.readNextFilteredRowGroup();
      store =
          pages == null
              ? null
              : new ColumnReadStoreImpl(
                  pages, root(), schema, footer().getFileMetaData().getCreatedBy());
    }

    private GroupConverter root() {
      return new GroupConverter() {
        @Override
        public Converter getConverter(int field) {
          return cells[field];
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
      };
    }

    /** Returns the number of rows that can be read. */
    int rows() {
      return pages == null ? 0 : Math.toIntExact(pages.getRowCount());
    }

    private ColumnReader column(int field) {
      return Objects.requireNonNull(store).getColumnReader(schema.getColumns().get(field));
    }

    /** Takes the values of a column, of the chosen rows if not of all. */
    void forEach(String name, boolean @Nullable [] chosen, Action action) {
      int rows = rows();
      if (rows == 0) {
        return;
      }
      int field = schema.getFieldIndex(name);
      ColumnReader values = column(field);
      Cell cell = cells[field];
      for (int row = 0; row < rows; row++) {
        if (chosen == null || chosen[row]) {
          values.writeCurrentValueToConverter();
          action.take(cell);
        } else {
          values.skip();
        }
        values.consume();
      }
    }

    /** Returns which of the chosen rows meet a condition. */
    boolean[] choose(String name, boolean @Nullable [] before, Test test) {
      boolean[] chosen = new boolean[rows()];
      int[] row = {-1};
      forEach(
          name,
          before,
          cell -> {
            do {
              row[0]++;
            } while (before != null && !before[row[0]]);
            chosen[row[0]] = test.test(cell);
          });
      return chosen;
    }

    /** Returns the sum of a column of integers. */
    long sum(String name, boolean @Nullable [] chosen) {
      long[] sum = new long[1];
      forEach(name, chosen, cell -> sum[0] += cell.number());
      return sum[0];
    }

    /** Takes all rows, columns in the order in which they were asked for. */
    void forEachRow(RowAction action) {
      ColumnReader[] readers = new ColumnReader[cells.length];
      for (int i = 0; i < readers.length; i++) {
        readers[i] = column(i);
      }
      int rows = rows();
      for (int row = 0; row < rows; row++) {
        for (ColumnReader each : readers) {
          each.writeCurrentValueToConverter();
          each.consume();
        }
        action.take(cells);
      }
    }

    @Override
    public void close() throws IOException {
      if (pages != null) {
        pages.close();
      }
      reader.close();
    }
  }

  /** The value of a column in the row that was read last; texts of a dictionary are made once. */
  static final class Cell extends PrimitiveConverter {

    private final boolean isText;
    private long number;
    private String text = "";
    private String[] texts = {};
    private long[] numbers = {};

    Cell(boolean isText) {
      this.isText = isText;
    }

    boolean isText() {
      return isText;
    }

    long number() {
      return number;
    }

    String text() {
      return text;
    }

    @Override
    public boolean hasDictionarySupport() {
      return true;
    }

    @Override
    public void setDictionary(Dictionary dictionary) {
      int size = dictionary.getMaxId() + 1;
      texts = new String[isText ? size : 0];
      numbers = new long[isText ? 0 : size];
      for (int i = 0; i < size; i++) {
        if (isText) {
          texts[i] = dictionary.decodeToBinary(i).toStringUsingUTF8();
        } else {
          numbers[i] = dictionary.decodeToLong(i);
        }
      }
    }

    @Override
    public void addValueFromDictionary(int code) {
      if (isText) {
        text = texts[code];
      } else {
        number = numbers[code];
      }
    }

    @Override
    public void addBinary(Binary value) {
      text = value.toStringUsingUTF8();
    }

    @Override
    public void addLong(long value) {
      number = value;
    }
  }
}
