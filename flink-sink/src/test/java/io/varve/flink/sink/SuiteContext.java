package io.varve.flink.sink;

import io.varve.column.RecordMapping;
import io.varve.column.RowSink;
import io.varve.flink.common.RowConverter;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.testframe.external.ExternalSystemDataReader;
import org.apache.flink.connector.testframe.external.sink.DataStreamSinkV2ExternalContext;
import org.apache.flink.connector.testframe.external.sink.TestingSinkSettings;

/** What Flink's suite writes to: one table in a directory of its own. */
final class SuiteContext implements DataStreamSinkV2ExternalContext<String> {

  private final Path directory;

  SuiteContext() {
    try {
      directory = Files.createTempDirectory("varve-sink-suite");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A row of the table. */
  record Word(Instant time, long id, String word) {}

  /** Gives each word a number, by which it is read back. */
  private static final class WordConverter implements RowConverter<String> {

    private static final long serialVersionUID = 1L;

    private final RowConverter<Word> words = RowConverter.ofRecord(Word.class);

    @Override
    public void open(Schema schema) {
      words.open(schema);
    }

    @Override
    public void convert(String element, RowSink row) {
      long id = Long.parseLong(element);
      words.convert(new Word(Instant.ofEpochSecond(id), id, element), row);
    }
  }

  @Override
  public VarveSink<String> createSink(TestingSinkSettings settings) {
    TableDefinition table =
        TableDefinition.builder(RecordMapping.schemaOf(Word.class, "time")).build();
    return VarveSink.<String>builder()
        .path(TestTables.path(directory))
        .table(table)
        .converter(new WordConverter())
        .allowWithoutCheckpointing()
        .build();
  }

  @Override
  public ExternalSystemDataReader<String> createSinkDataReader(TestingSinkSettings settings) {
    return new ExternalSystemDataReader<>() {
      private final List<Long> read = new ArrayList<>();

      @Override
      public List<String> poll(Duration timeout) {
        try {
          List<Long> fresh = TableContent.ids(directory);
          read.forEach(fresh::remove);
          read.addAll(fresh);
          return fresh.stream().map(Object::toString).toList();
        } catch (IOException failure) {
          throw new UncheckedIOException(failure);
        }
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public List<String> generateTestData(TestingSinkSettings settings, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, 200)
        .mapToObj(i -> Integer.toString(random.nextInt(1_000_000_000)))
        .toList();
  }

  @Override
  public TypeInformation<String> getProducedType() {
    return Types.STRING;
  }

  @Override
  public List<URL> getConnectorJarPaths() {
    return List.of();
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
