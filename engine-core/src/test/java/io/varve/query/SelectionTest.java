package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SelectionTest {

  private final Selection selection = new Selection();

  @Test
  void selectsNoRowBeyondTheBlock() {
    for (int rows : new int[] {0, 1, 63, 64, 65, 1023, 1024}) {
      selection.selectAll(rows);
      assertThat(selection.count()).isEqualTo(rows);
      assertThat(selection.isAll()).isTrue();
      int[] found = new int[1024];
      assertThat(selection.copyRowsTo(found)).isEqualTo(rows);
      assertThat(selection.next(rows)).isEqualTo(-1);
      if (rows > 0) {
        assertThat(found[rows - 1]).isEqualTo(rows - 1);
        assertThat(selection.next(rows - 1)).isEqualTo(rows - 1);
      }
    }
  }

  @Test
  void dropsTheRowsBefore() {
    for (int from : new int[] {0, 1, 64, 100, 999, 1000}) {
      selection.selectAll(1000);
      selection.dropBefore(from);
      assertThat(selection.count()).isEqualTo(1000 - from);
      assertThat(selection.next(0)).isEqualTo(from == 1000 ? -1 : from);
    }
  }

  @Test
  void retainsWhatBothSelect() {
    Selection late = new Selection();
    late.selectAll(100);
    late.dropBefore(70);
    selection.selectAll(100);
    selection.retain(late);
    assertThat(selection.count()).isEqualTo(30);
    assertThat(selection.contains(69)).isFalse();
    assertThat(selection.contains(70)).isTrue();
  }
}
