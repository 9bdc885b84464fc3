package io.varve.flink.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.StoreUnsuitableException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TablePathsTest {

  private static String opened(String path) throws IOException {
    return TablePaths.open(path).describe("");
  }

  @Test
  void directoriesNeedNoScheme() throws IOException {
    assertThat(opened("/data/events")).isEqualTo("/data/events");
    assertThat(opened("file:/data/events")).isEqualTo("/data/events");
    assertThat(opened("file:///data/events")).isEqualTo("/data/events");
    assertThat(opened("FILE:/data/events")).isEqualTo("/data/events");
  }

  @Test
  void aProviderOpensItsScheme() throws IOException {
    assertThat(opened("named:/data")).isEqualTo("/data/below");
    assertThat(opened("Named:/data")).isEqualTo("/data/below");
  }

  @Test
  void refusesSchemesThatNobodyOpens() {
    assertThatThrownBy(() -> TablePaths.open("nosuch://bucket/events"))
        .isInstanceOf(StoreUnsuitableException.class)
        .hasMessageContaining("nosuch://bucket/events: tables lie on POSIX file systems");
  }

  @Test
  void refusesWhatIsNoPath() {
    assertThatThrownBy(() -> TablePaths.open("file:/a b"))
        .isInstanceOf(StoreUnsuitableException.class)
        .hasMessageContaining("not a path");
  }
}
