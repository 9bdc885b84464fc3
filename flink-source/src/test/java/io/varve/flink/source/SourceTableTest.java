package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.query.TimeBucket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.DynamicFilteringInfo;
import org.apache.flink.api.connector.source.DynamicParallelismInference;
import org.apache.flink.streaming.api.lineage.SourceLineageVertex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTableTest {

  @TempDir Path directory;

  private VarveSource.Builder<Usage> source() {
    return VarveSource.ofRecords(Usage.class).path(directory.toString());
  }

  /** What Flink tells when it asks. */
  private record Question(int most, long bytesPerTask)
      implements DynamicParallelismInference.Context {

    @Override
    public Optional<DynamicFilteringInfo> getDynamicFilteringInfo() {
      return Optional.empty();
    }

    @Override
    public int getParallelismInferenceUpperBound() {
      return most;
    }

    @Override
    public long getDataVolumePerTask() {
      return bytesPerTask;
    }
  }

  @Test
  void parallelismIsOfBytesButNeverMoreThanSplits() throws IOException {
    assertThat(source().build().inferParallelism(new Question(8, 1))).as("no table").isEqualTo(1);
    Usage.table(directory, Usage.random(new Random(1), 0, 5000)).close();
    VarveSource<Usage> source = source().splitRows(1024).build();
    assertThat(source.inferParallelism(new Question(8, 1))).isEqualTo(5);
    assertThat(source.inferParallelism(new Question(3, 1))).isEqualTo(3);
    assertThat(source.inferParallelism(new Question(8, 1L << 40))).isEqualTo(1);
  }

  @Test
  void lineageNamesTheTable() throws IOException {
    Usage.table(directory, Usage.random(new Random(1), 0, 5)).close();
    SourceLineageVertex vertex = (SourceLineageVertex) source().build().getLineageVertex();
    assertThat(vertex.boundedness()).isEqualTo(Boundedness.BOUNDED);
    assertThat(vertex.datasets()).hasSize(1);
    assertThat(vertex.datasets().get(0).name()).isEqualTo(directory.toString());
    assertThat(vertex.datasets().get(0).facets()).containsKeys("schema", "config");
    VarveSource<Usage> elsewhere =
        VarveSource.ofRecords(Usage.class)
            .path("/nowhere")
            .continuous(Duration.ofMillis(1))
            .build();
    SourceLineageVertex unknown = (SourceLineageVertex) elsewhere.getLineageVertex();
    assertThat(unknown.datasets()).isEmpty();
    assertThat(unknown.boundedness()).isEqualTo(Boundedness.CONTINUOUS_UNBOUNDED);
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    assertThatThrownBy(
            () -> source().untilWatermark(TimeBucket.DAY).continuous(Duration.ofSeconds(1)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("continuous");
    assertThatThrownBy(() -> source().continuous(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
