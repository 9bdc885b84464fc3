package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.RowBuffer;
import io.varve.column.ZoneMap;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AggregatorTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("user", DataType.string())
          .column("model", DataType.string())
          .column("n", DataType.int64())
          .column("wide", DataType.decimal(38, 2))
          .column("x", DataType.float64())
          .build();

  private static final long DAY = 86_400_000L;

  private final RowBuffer rows = new RowBuffer(SCHEMA, 1, 0);
  private final Set<Integer> read = new TreeSet<>();
  private AggregationStatistics statistics = AggregationStatistics.NONE;

  private void row(long millis, String user, String model, long n) {
    rows.setTimestamp(0, millis, 0);
    rows.setString(1, user);
    rows.setString(2, model);
    rows.setLong(3, n);
    rows.endRow();
  }

  private List<AggregateRow> aggregate(Aggregation aggregation, int maxGroups) throws IOException {
    BoundAggregation bound = BoundAggregation.of(aggregation, SCHEMA);
    List<PartialRow> partials = new ArrayList<>();
    Aggregator aggregator = bound.newAggregator(maxGroups, partials::add);
    aggregator.add(new Watched(new BatchSource("rows", rows.batch()), read));
    aggregator.flush();
    statistics = aggregator.statistics();
    return bound.finish(PartialRows.of(partials));
  }

  private List<AggregateRow> aggregate(Aggregation.Builder aggregation) throws IOException {
    return aggregate(aggregation.build(), Aggregator.DEFAULT_MAX_GROUPS);
  }

  @Test
  void readsNothingWhereZoneMapsSayAll() throws IOException {
    for (int i = 0; i < 5000; i++) {
      row(i / 2048 * DAY + i, "ann", "m", i);
    }
    List<AggregateRow> result =
        aggregate(
            Aggregation.builder()
                .groupBy(TimeBucket.DAY)
                .groupBy("user")
                .measure(Measure.countRows(), Measure.sum("n"), Measure.min("n"), Measure.avg("n"))
                .where(Filter.ge("n", 0)));
    assertThat(read).isEmpty();
    assertThat(statistics.blocksFromZoneMaps()).isEqualTo(5);
    assertThat(result).hasSize(3);
    assertThat(result.get(1).getLong(0)).isEqualTo(DAY * 1_000_000);
    assertThat(result.get(1).getString(1)).isEqualTo("ann");
    assertThat(result.get(1).getLong(2)).isEqualTo(2048);
    assertThat(result.get(1).getLong(3)).isEqualTo((2048L + 4095) * 1024);
    assertThat(result.get(1).getLong(4)).isEqualTo(2048);
    assertThat(result.get(1).getDouble(5)).isEqualTo(3071.5);
  }

  /** A value outside of the type that is named would be cut or null in whatever takes it. */
  @Test
  void aSumOrAverageOfMoreDigitsThanItsTypeIsAnError() throws IOException {
    BigDecimal greatest = new BigDecimal(BigInteger.TEN.pow(38).subtract(BigInteger.ONE), 2);
    for (int i = 0; i < 2; i++) {
      rows.setTimestamp(0, i, 0);
      rows.setDecimal(4, i == 0 ? greatest : new BigDecimal("-0.01"));
      rows.endRow();
    }
    BigDecimal sum =
        aggregate(Aggregation.builder().measure(Measure.sum("wide"))).get(0).getDecimal(0);
    assertThat(sum).isEqualTo(greatest.subtract(new BigDecimal("0.01")));
    Aggregation.Builder average = Aggregation.builder().measure(Measure.avg("wide"));
    assertThatThrownBy(() -> aggregate(average))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("'wide'")
        .hasMessageContaining("decimal(38, 6)");
    rows.setTimestamp(0, 2, 0);
    rows.setDecimal(4, new BigDecimal("0.02"));
    rows.endRow();
    Aggregation.Builder above = Aggregation.builder().measure(Measure.sum("wide"));
    assertThatThrownBy(() -> aggregate(above))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("column 'wide'")
        .hasMessageContaining("1000000000000000000000000000000000000.00")
        .hasMessageContaining("decimal(38, 2)")
        .hasMessageContaining("CAST(wide AS DOUBLE)");
  }

  @Test
  void readsOnlyTheColumnsThatItNeeds() throws IOException {
    for (int i = 0; i < 3000; i++) {
      row(i, "u" + i % 3, "m", i);
    }
    aggregate(
        Aggregation.builder()
            .groupBy(TimeBucket.HOUR)
            .groupBy("user")
            .measure(Measure.max("n"))
            .where(Filter.lt("n", 1500)));
    assertThat(read).containsExactly(2, 4);
    assertThat(statistics.blocksSkipped()).isEqualTo(1);
    assertThat(statistics.blocksDecoded()).isEqualTo(2);
    assertThat(statistics.rowsSelected()).isEqualTo(1500);
  }

  /** Two keys of many values outgrow the dense table, in the middle of the work. */
  @Test
  void groupsByMoreKeysThanADenseTableHolds() throws IOException {
    for (int i = 0; i < 20_000; i++) {
      row(i, "u" + i % 3000, "m" + i % 7001, i);
    }
    List<AggregateRow> result =
        aggregate(Aggregation.builder().groupBy("user", "model").measure(Measure.sum("n")));
    assertThat(result).hasSize(20_000);
    BigInteger sum = BigInteger.ZERO;
    for (AggregateRow row : result) {
      long n = row.getLong(2);
      assertThat(row.getString(0)).isEqualTo("u" + n % 3000);
      assertThat(row.getString(1)).isEqualTo("m" + n % 7001);
      sum = sum.add(row.getInteger(2));
    }
    assertThat(sum).isEqualTo(BigInteger.valueOf(20_000L * 19_999 / 2));
  }

  @Test
  void handsGroupsOverEarlyWhenThereAreTooMany() throws IOException {
    for (int i = 0; i < 10_000; i++) {
      row(i, "u" + i % 4000, "m", 1);
    }
    Aggregation aggregation =
        Aggregation.builder().groupBy("user").measure(Measure.countRows()).build();
    List<AggregateRow> few = aggregate(aggregation, 100);
    assertThat(statistics.earlyFlushes()).isPositive();
    assertThat(few).isEqualTo(aggregate(aggregation, 1 << 20)).hasSize(4000);
    assertThat(statistics.earlyFlushes()).isZero();
  }

  @Test
  void sumsBeyond64And128Bits() throws IOException {
    BigDecimal wide = new BigDecimal("999999999999999999999999999999999999.99");
    for (int i = 0; i < 3000; i++) {
      rows.setTimestamp(0, i, 0);
      rows.setLong(3, i % 3 == 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
      // The running sum has up to 40 digits, the last one eight.
      BigDecimal rest = i == 2999 ? new BigDecimal("123456.78") : wide.negate();
      rows.setDecimal(4, i < 1500 ? wide : rest);
      rows.endRow();
    }
    AggregateRow row =
        aggregate(
                Aggregation.builder()
                    .measure(Measure.sum("n"), Measure.sum("wide"), Measure.avg("wide"))
                    // Not decided by zone maps, so that values are added one by one.
                    .where(Filter.ne("ts", Instant.EPOCH.plusMillis(5))))
            .get(0);
    BigInteger max = BigInteger.valueOf(Long.MAX_VALUE);
    assertThat(row.getInteger(0))
        .isEqualTo(max.multiply(BigInteger.valueOf(999)).subtract(BigInteger.valueOf(1000)));
    assertThat(row.getDecimal(1)).isEqualTo(new BigDecimal("123456.78"));
    assertThat(row.getDecimal(2)).isEqualTo(new BigDecimal("41.165982"));
  }

  /** The zone map of the second block says infinity, its values say otherwise. */
  @Test
  void addsValuesWhereTheSumOfABlockLeavesTheRange() throws IOException {
    for (int i = 0; i < 1026; i++) {
      rows.setTimestamp(0, i, 0);
      rows.setDouble(5, i == 0 ? -Double.MAX_VALUE : i < 1024 ? 0 : Double.MAX_VALUE);
      rows.endRow();
    }
    AggregateRow row = aggregate(Aggregation.builder().measure(Measure.sum("x"))).get(0);
    assertThat(row.getDouble(0)).isEqualTo(Double.MAX_VALUE);
    assertThat(statistics.blocksFromZoneMaps()).isEqualTo(1);
    assertThat(statistics.blocksDecoded()).isEqualTo(1);
  }

  @Test
  void givesOneRowForNothingOnlyWithoutKeys() throws IOException {
    Measure[] measures = {Measure.countRows(), Measure.sum("n"), Measure.min("user")};
    List<AggregateRow> result = aggregate(Aggregation.builder().measure(measures));
    assertThat(result).hasSize(1);
    assertThat(result.get(0).getLong(0)).isZero();
    assertThat(result.get(0).isNull(1)).isTrue();
    assertThat(result.get(0).isNull(2)).isTrue();
    assertThat(aggregate(Aggregation.builder().groupBy("user").measure(measures))).isEmpty();
  }

  @Test
  void cutsDaysInTheTablesZone() throws IOException {
    row(Instant.parse("2024-06-30T21:59:59Z").toEpochMilli(), "a", "m", 1);
    row(Instant.parse("2024-06-30T22:00:00Z").toEpochMilli(), "a", "m", 1);
    List<AggregateRow> result =
        aggregate(
            Aggregation.builder()
                .groupBy(TimeBucket.DAY)
                .timeZone(ZoneId.of("Europe/Berlin"))
                .measure(Measure.countRows()));
    assertThat(result).hasSize(2);
    assertThat(result.get(1).getLong(0))
        .isEqualTo(Instant.parse("2024-06-30T22:00:00Z").getEpochSecond() * 1_000_000_000);
  }

  @Test
  void namesTheColumnThatCantBeSummed() {
    Aggregation aggregation = Aggregation.builder().measure(Measure.sum("user")).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoundAggregation.of(aggregation, SCHEMA))
        .withMessageContaining("sum(user)")
        .withMessageContaining("string");
  }

  @Test
  void refusesRowsOfAnotherSchema() {
    Schema other = Schema.builder().timeColumn("ts", DataType.timestamp(3)).build();
    Aggregator aggregator =
        BoundAggregation.of(Aggregation.builder().build(), SCHEMA).newAggregator(10, row -> {});
    RowBuffer buffer = new RowBuffer(other, 1, 0);
    buffer.setTimestamp(0, 0, 0);
    buffer.endRow();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> aggregator.add(new BatchSource("x", buffer.batch())))
        .withMessageContaining("another schema");
  }

  /** A source that remembers which columns were read. */
  private record Watched(BlockSource source, Set<Integer> read) implements BlockSource {

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public Schema schema() {
      return source.schema();
    }

    @Override
    public int blockCount() {
      return source.blockCount();
    }

    @Override
    public int rowCount(int block) {
      return source.rowCount(block);
    }

    @Override
    public ZoneMap zoneMap(int block, int fieldId) throws IOException {
      return Objects.requireNonNull(source.zoneMap(block, fieldId));
    }

    @Override
    public Column read(int block, int fieldId) throws IOException {
      read.add(fieldId);
      return source.read(block, fieldId);
    }

    @Override
    public void close() {}
  }
}
