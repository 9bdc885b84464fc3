package io.varve.flink.source;

import io.varve.column.Int128;
import io.varve.query.AggregateRow;
import io.varve.query.MeasureState;
import io.varve.query.PartialGroups;
import io.varve.query.PartialRow;
import io.varve.query.Value;
import java.math.BigDecimal;
import java.util.List;
import org.apache.flink.api.common.typeutils.SerializerTestBase;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.junit.jupiter.api.Nested;

/** What Flink asks of every serializer: copies, reuse, snapshots, equality. */
class TypeSerializersTest {

  private static final List<Value> KEYS =
      List.of(
          Value.NULL, Value.OfBinary.of("Zürich"), new Value.OfLong(-7), new Value.OfPair(1, 2));

  private static final PartialRow PARTIAL =
      new PartialRow(
          KEYS,
          List.of(
              new MeasureState.Count(3),
              new MeasureState.LongSum(2, Int128.of(-5)),
              new MeasureState.DoubleSum(1, Double.NaN, 0),
              new MeasureState.Minimum(Value.NULL),
              new MeasureState.Maximum(new Value.OfDouble(1.5))));

  @Nested
  class OfPartialRows extends SerializerTestBase<PartialRow> {

    @Override
    protected TypeSerializer<PartialRow> createSerializer() {
      return new PartialRowSerializer();
    }

    @Override
    protected int getLength() {
      return -1;
    }

    @Override
    protected Class<PartialRow> getTypeClass() {
      return PartialRow.class;
    }

    @Override
    protected PartialRow[] getTestData() {
      return new PartialRow[] {PARTIAL, new PartialRow(List.of(), List.of())};
    }
  }

  @Nested
  class OfGroups extends SerializerTestBase<PartialGroups> {

    @Override
    protected TypeSerializer<PartialGroups> createSerializer() {
      return new PartialGroupsSerializer();
    }

    @Override
    protected int getLength() {
      return -1;
    }

    @Override
    protected Class<PartialGroups> getTypeClass() {
      return PartialGroups.class;
    }

    @Override
    protected PartialGroups[] getTestData() {
      return new PartialGroups[] {
        PartialGroups.of(List.of(PARTIAL, PARTIAL)).get(0), PartialGroups.ofNothing()
      };
    }
  }

  @Nested
  class OfResults extends SerializerTestBase<AggregateRow> {

    @Override
    protected TypeSerializer<AggregateRow> createSerializer() {
      return new ResultSerializer();
    }

    @Override
    protected int getLength() {
      return -1;
    }

    @Override
    protected Class<AggregateRow> getTypeClass() {
      return AggregateRow.class;
    }

    @Override
    protected AggregateRow[] getTestData() {
      return new AggregateRow[] {
        new AggregateRow(KEYS, List.of(new Value.OfDecimal(new BigDecimal("1.20")), Value.NULL)),
        new AggregateRow(List.of(), List.of())
      };
    }
  }

  @Nested
  class OfKeys extends SerializerTestBase<RollupKey> {

    @Override
    protected TypeSerializer<RollupKey> createSerializer() {
      return new RollupKeySerializer();
    }

    @Override
    protected int getLength() {
      return -1;
    }

    @Override
    protected Class<RollupKey> getTypeClass() {
      return RollupKey.class;
    }

    @Override
    protected RollupKey[] getTestData() {
      return new RollupKey[] {
        RollupKey.of(PARTIAL), RollupKey.of(new PartialRow(List.of(), List.of()))
      };
    }
  }
}
