package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.io.LocalFileStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseChainTest {

  @TempDir Path directory;
  private LocalFileStore store;
  private BaseChain chain;

  @BeforeEach
  void open() {
    store = new LocalFileStore(directory);
    chain = new BaseChain(store);
  }

  /** Raises the base to 10, 20 … so that there are so many files. */
  private void raise(int files) throws IOException {
    for (int i = 1; i <= files; i++) {
      chain.raise(i * 10L);
    }
  }

  @Test
  void trimmingKeepsTheNewestFilesAndTheNumber() throws IOException {
    raise(BaseChain.KEPT + 5);
    chain.trim();
    assertThat(store.list(TableLayout.BASE)).hasSize(BaseChain.KEPT + 1); // and the mark
    assertThat(chain.read()).isEqualTo((BaseChain.KEPT + 5) * 10L);
    assertThat(new BaseChain(store).read()).isEqualTo((BaseChain.KEPT + 5) * 10L);
  }

  /** Its next file is missing because it has been deleted, not because there is none yet. */
  @Test
  void whoRemembersATrimmedFileFindsTheNewest() throws IOException {
    BaseChain emptyBefore = new BaseChain(store);
    assertThat(emptyBefore.read()).isZero();
    raise(2);
    BaseChain early = new BaseChain(store);
    assertThat(early.read()).isEqualTo(20);
    raise(50);
    chain.trim();
    assertThat(early.read()).isEqualTo(500);
    assertThat(emptyBefore.read()).isEqualTo(500);
  }

  /** Someone about to raise the base sleeps until the name it wants to create is free again. */
  @Test
  void aNameThatIsCreatedAgainMisleadsNobody() throws IOException {
    raise(3);
    BaseChain atThree = new BaseChain(store);
    assertThat(atThree.read()).isEqualTo(30);
    BaseChain atTwo = new BaseChain(store);
    raise(50);
    chain.trim();
    byte[] late = store.readAll(TableLayout.base(49), 64);
    store.publish(TableLayout.base(3), late);
    store.publish(TableLayout.base(4), late);
    assertThat(atThree.read()).isEqualTo(500);
    assertThat(atTwo.read()).isEqualTo(500);
    atThree.raise(600);
    assertThat(chain.read()).isEqualTo(600);
  }

  @Test
  void aChainThatWasLostIsNoEmptyOne() throws IOException {
    raise(BaseChain.KEPT + 1);
    chain.trim();
    for (var entry : store.list(TableLayout.BASE)) {
      if (!entry.name().equals("trimmed")) {
        store.delete(TableLayout.BASE + "/" + entry.name());
      }
    }
    assertThatThrownBy(() -> new BaseChain(store).read())
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("backup");
  }
}
