package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.schema.DataType;
import io.varve.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory of generations that have been sealed is used again, and has nothing of them left. */
class BufferPoolTest {

  private static final Schema SCHEMA = LogEvent.DEFINITION.schema();
  private static final int ID_COLUMN = SCHEMA.indexOf("id");
  private static final List<FileId> TAIL = List.of(new FileId(1, 1));

  private final BufferPool pool = new BufferPool(SCHEMA);
  private final Staging staging = new Staging(Staging.newBuffer(SCHEMA), ID_COLUMN);

  private void append(Generation generation, int from, int to) {
    staging.buffer().clear();
    for (LogEvent event : LogEvents.events(from, to)) {
      event.writeTo(staging.buffer());
      staging.buffer().endRow();
    }
    generation.append(staging, from, staging.hashIds());
  }

  private List<Integer> find(Generation generation, int id) {
    Staging wanted = new Staging(Staging.newBuffer(SCHEMA), ID_COLUMN);
    LogEvents.events(id, id + 1).get(0).writeTo(wanted.buffer());
    wanted.buffer().endRow();
    List<Integer> rows = new ArrayList<>();
    generation.ids().find(IdHash.of(wanted.batch().column(ID_COLUMN), 0), rows::add);
    return rows;
  }

  @Test
  void nothingOfTheRowsBeforeIsLeft() {
    Generation first = new Generation(SCHEMA, TAIL, 1, pool);
    append(first, 0, 1000); // a chunk of its own
    append(first, 1000, 1100); // in the partial block
    assertThat(find(first, 7)).containsExactly(7);
    assertThat(find(first, 1050)).containsExactly(1050);
    Chunk whole = first.view().chunk(0);
    first.closePartial();
    first.freeze(new Front.Position(1100, 0));
    pool.giveBack(first);

    Generation second = new Generation(SCHEMA, TAIL, 1, pool);
    assertThat(second.ids()).isSameAs(first.ids());
    assertThat(second.partial()).isSameAs(first.partial());
    assertThat(second.rows()).isZero();
    assertThat(second.view().rows()).isZero();
    assertThat(find(second, 7)).isEmpty();
    assertThat(find(second, 1050)).isEmpty();
    assertThat(pool.take()).isSameAs(whole.buffer());
    assertThat(whole.buffer().batch().rowCount()).isZero();

    append(second, 1050, 1060);
    assertThat(second.view().rows()).isEqualTo(10);
    assertThat(find(second, 1050)).containsExactly(0);
  }

  /** Else one event of many bytes would make room that later events keep for as long as the log. */
  @Test
  void aBufferAfterVeryManyBytesHasNoRoomForAsMany() {
    Generation generation = new Generation(SCHEMA, TAIL, 1, pool);
    LogEvent.builder("id-0", 0).payload(new byte[10 << 20]).build().writeTo(staging.buffer());
    staging.buffer().endRow();
    generation.append(staging, 0, staging.hashIds());
    assertThat(generation.view().rows()).isEqualTo(1);
    assertThat(staging.rows()).isZero();
    assertThat(staging.batch().column(SCHEMA.indexOf("payload")).heldBytes()).isLessThan(1 << 20);
    append(generation, 1, 1001);
    assertThat(staging.batch().column(SCHEMA.indexOf("payload")).heldBytes())
        .as("room for as much as the thousand events before")
        .isBetween(10_000L, 1L << 20);
  }

  @Test
  void memoryOfOtherColumnsIsNotKept() {
    Schema others =
        Schema.builder()
            .timeColumn("ts", DataType.timestampLtz(9))
            .column("name", DataType.string())
            .build();
    BufferPool other = new BufferPool(others);
    other.giveBack(new Generation(SCHEMA, TAIL, 1, pool));
    assertThat(new Generation(others, TAIL, 1, other).view().schema()).isEqualTo(others);
    assertThat(other.take().batch().schema()).isEqualTo(others);
  }
}
