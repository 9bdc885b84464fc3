package io.varve.benchmarks.peers;

import io.varve.benchmarks.UsageBatch;
import io.varve.benchmarks.UsageTable;
import io.varve.benchmarks.UsageValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Writes rows of a batch, named by their numbers, to files of Parquet. Confined to one thread. */
final class ParquetUsageWriter {

  private static final List<String> COLUMNS = UsageTable.definition().schema().names();
  private static final int FIRST_TEXT = COLUMNS.indexOf("flags") + 1;

  /** The columns as Parquet has them. */
  static final MessageType SCHEMA = schema();

  private @Nullable UsageBatch batch;

  private static MessageType schema() {
    Types.MessageTypeBuilder message = Types.buildMessage();
    for (String name : COLUMNS) {
      message.addField(
          isText(name)
              ? Types.required(PrimitiveTypeName.BINARY)
                  .as(LogicalTypeAnnotation.stringType())
                  .named(name)
              : Types.required(PrimitiveTypeName.INT64).named(name));
    }
    return message.named("usage");
  }

  /** Returns whether a column holds text; integers if not. */
  static boolean isText(String name) {
    int index = COLUMNS.indexOf(name);
    return index == 0 || index >= FIRST_TEXT;
  }

  /** Opens a file. */
  ParquetWriter<Integer> open(Path file) throws IOException {
    return new Builder(new LocalOutputFile(file))
        .withWriterVersion(WriterVersion.PARQUET_2_0)
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withDictionaryEncoding(true)
        .withDictionaryEncoding("id", false)
        .withDictionaryEncoding("payload", false)
        .withDictionaryEncoding("ts", false)
        .withDictionaryEncoding("cost", false)
        .build();
  }

  /** Writes all rows of a batch. */
  void write(UsageBatch from, ParquetWriter<Integer> writer) throws IOException {
    batch = from;
    for (int row = 0; row < from.size(); row++) {
      writer.write(row);
    }
  }

  /** Makes a writer of rows by their numbers. */
  private final class Builder extends ParquetWriter.Builder<Integer, Builder> {

    Builder(OutputFile file) {
      super(file);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Integer> getWriteSupport(Configuration configuration) {
      return new Rows();
    }
  }

  /** Hands the values of a row over. */
  private final class Rows extends WriteSupport<Integer> implements UsageValues<RuntimeException> {

    private @Nullable RecordConsumer consumer;
    private int column;

    @Override
    public WriteContext init(Configuration configuration) {
      return new WriteContext(SCHEMA, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer to) {
      consumer = to;
    }

    private RecordConsumer consumer() {
      return Objects.requireNonNull(consumer);
    }

    @Override
    public void write(Integer row) {
      column = 0;
      consumer().startMessage();
      Objects.requireNonNull(batch).visit(row, this);
      consumer().endMessage();
    }

    @Override
    public void text(String value) {
      consumer().startField(COLUMNS.get(column), column);
      consumer().addBinary(Binary.fromString(value));
      consumer().endField(COLUMNS.get(column), column);
      column++;
    }

    @Override
    public void number(long value) {
      consumer().startField(COLUMNS.get(column), column);
      consumer().addLong(value);
      consumer().endField(COLUMNS.get(column), column);
      column++;
    }
  }
}
