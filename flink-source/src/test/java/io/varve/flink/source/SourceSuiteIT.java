package io.varve.flink.source;

import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.testkit.TestTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.testframe.environment.MiniClusterTestEnvironment;
import org.apache.flink.connector.testframe.external.ExternalContextFactory;
import org.apache.flink.connector.testframe.external.ExternalSystemSplitDataWriter;
import org.apache.flink.connector.testframe.external.source.DataStreamSourceExternalContext;
import org.apache.flink.connector.testframe.external.source.TestingSourceSettings;
import org.apache.flink.connector.testframe.junit.annotations.TestContext;
import org.apache.flink.connector.testframe.junit.annotations.TestEnv;
import org.apache.flink.connector.testframe.junit.annotations.TestSemantics;
import org.apache.flink.connector.testframe.testsuites.SourceTestSuiteBase;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.util.FileUtils;

/** What Flink asks of every source, unchanged: of bounded ones and of those that never end. */
class SourceSuiteIT extends SourceTestSuiteBase<String> {

  @TestSemantics CheckpointingMode[] semantics = {CheckpointingMode.EXACTLY_ONCE};

  @TestEnv MiniClusterTestEnvironment flink = new MiniClusterTestEnvironment();

  @TestContext ExternalContextFactory<TableContext> context = name -> new TableContext();

  /** A table in a temporary directory; what one writer writes is one segment. */
  static final class TableContext implements DataStreamSourceExternalContext<String> {

    private static final Schema SCHEMA =
        Schema.builder()
            .timeColumn("ts", DataType.timestampLtz(3))
            .requiredColumn("text", DataType.string())
            .build();

    private final Path directory;

    TableContext() {
      try {
        directory = Files.createTempDirectory("varve-suite");
        table().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private TestTable table() throws IOException {
      return TestTable.create(directory, TableDefinition.builder(SCHEMA).build());
    }

    @Override
    public Source<String, ?, ?> createSource(TestingSourceSettings settings) {
      VarveSource.Builder<String> builder =
          VarveSource.<String>builder()
              .path(directory.toString())
              .columns("text")
              .converter(row -> row.getString(0), Types.STRING);
      return settings.getBoundedness() == Boundedness.BOUNDED
          ? builder.build()
          : builder.continuous(Duration.ofMillis(10)).build();
    }

    @Override
    public ExternalSystemSplitDataWriter<String> createSourceSplitDataWriter(
        TestingSourceSettings settings) {
      return new ExternalSystemSplitDataWriter<>() {
        @Override
        public void writeRecords(List<String> records) {
          try (TestTable table = table()) {
            for (int i = 0; i < records.size(); i++) {
              int time = i;
              table.add(
                  row -> {
                    row.setTimestamp(0, time, 0);
                    row.setString(1, records.get(time));
                  });
            }
            table.commit(true);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public List<String> generateTestData(
        TestingSourceSettings settings, int splitIndex, long seed) {
      Random random = new Random(seed);
      List<String> texts = new ArrayList<>();
      int count = 100 + random.nextInt(5000);
      for (int i = 0; i < count; i++) {
        texts.add(splitIndex + "-" + i + "-" + random.nextInt());
      }
      return texts;
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
      FileUtils.deleteDirectory(directory.toFile());
    }
  }
}
