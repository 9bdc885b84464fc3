package io.varve.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.varve.column.BinaryColumn;
import io.varve.column.Column;
import io.varve.column.DoubleColumn;
import io.varve.column.LongColumn;
import io.varve.column.PairColumn;
import io.varve.column.ZoneMap;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.schema.Storage;
import io.varve.testkit.RandomRows;
import io.varve.testkit.SeededTest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Zone maps are exact, joined or not, and survive being written. */
class ZoneMapsRandomTest {

  @SeededTest(runs = 200)
  void integers(Random random) throws CorruptFileException {
    LongColumn column = new LongColumn();
    int rows = 2 + random.nextInt(500);
    int nullsOfTen = random.nextInt(11);
    BigInteger sum = BigInteger.ZERO;
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(10) < nullsOfTen) {
        column.appendNull();
      } else {
        long value = random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE;
        column.append(value);
        sum = sum.add(BigInteger.valueOf(value));
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    ZoneMap.OfLong map = (ZoneMap.OfLong) joined(column, random, Storage.LONG);
    assertCounts(map, column);
    assertThat(map.sum().toBigInteger()).isEqualTo(sum);
    if (map.nulls() < rows) {
      assertThat(map.min()).isEqualTo(min);
      assertThat(map.max()).isEqualTo(max);
    }
  }

  @SeededTest(runs = 200)
  void doubles(Random random) throws CorruptFileException {
    DoubleColumn column = new DoubleColumn();
    int rows = 2 + random.nextInt(500);
    BigDecimal sum = BigDecimal.ZERO;
    double min = Double.NaN;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(10) == 0) {
        column.appendNull();
        continue;
      }
      double value = random.nextGaussian() * Math.pow(10, random.nextInt(20) - 5);
      column.append(value);
      sum = sum.add(new BigDecimal(value));
      min = Double.compare(value, min) < 0 ? value : min;
      max = Double.compare(value, max) > 0 ? value : max;
    }
    ZoneMap.OfDouble map = (ZoneMap.OfDouble) joined(column, random, Storage.DOUBLE);
    assertCounts(map, column);
    BigDecimal found = new BigDecimal(map.sumHigh()).add(new BigDecimal(map.sumLow()));
    BigDecimal scale = sum.abs().max(BigDecimal.valueOf(Double.MIN_NORMAL));
    assertThat(found.subtract(sum).abs()).isLessThan(scale.multiply(new BigDecimal("1e-20")));
    if (map.nulls() < rows) {
      assertThat(map.min()).isEqualTo(min);
      assertThat(map.max()).isEqualTo(max);
    }
  }

  @Test
  void orderOfDoublesIsTotal() {
    DoubleColumn column = new DoubleColumn();
    column.append(0.0);
    column.append(-0.0);
    column.append(Double.NaN);
    column.append(Double.NEGATIVE_INFINITY);
    ZoneMap.OfDouble map = (ZoneMap.OfDouble) ZoneMaps.of(column, 0, 4);
    assertThat(map.min()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(map.max()).isNaN();
    assertThat(map.sumHigh()).isNaN();
    ZoneMap.OfDouble zeros = (ZoneMap.OfDouble) ZoneMaps.of(column, 0, 2);
    assertThat(Double.doubleToRawLongBits(zeros.min())).isEqualTo(Long.MIN_VALUE);
    assertThat(Double.doubleToRawLongBits(zeros.max())).isZero();
  }

  @Test
  void infiniteSumsStayInfinite() {
    DoubleColumn column = new DoubleColumn();
    column.append(Double.POSITIVE_INFINITY);
    column.append(1);
    ZoneMap.OfDouble map = (ZoneMap.OfDouble) ZoneMaps.of(column, 0, 2);
    assertThat(map.sumHigh() + map.sumLow()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(map.sumLow()).isEqualTo(0, within(0.0));
  }

  @SeededTest(runs = 300)
  void boundsOfBytesHoldWhatTheyPromise(Random random) throws CorruptFileException {
    BinaryColumn column = new BinaryColumn();
    int rows = 2 + random.nextInt(20);
    for (int i = 0; i < rows; i++) {
      byte[] value = new byte[random.nextInt(50)];
      if (random.nextBoolean()) {
        random.nextBytes(value);
      } else {
        Arrays.fill(value, (byte) (random.nextBoolean() ? 0xff : 0));
      }
      if (random.nextInt(5) == 0) {
        column.appendNull();
      } else {
        column.append(value, 0, value.length);
      }
    }
    ZoneMap.OfBinary map = (ZoneMap.OfBinary) joined(column, random, Storage.BINARY);
    assertCounts(map, column);
    boolean minOccurs = map.nulls() == rows;
    boolean maxOccurs = minOccurs;
    for (int i = 0; i < rows; i++) {
      if (!column.isNull(i)) {
        byte[] value = column.get(i);
        byte[] min = java.util.Objects.requireNonNull(map.min());
        byte[] max = map.max();
        assertThat(Arrays.compareUnsigned(min, value)).isLessThanOrEqualTo(0);
        assertThat(max == null || Arrays.compareUnsigned(max, value) >= 0).isTrue();
        minOccurs |= Arrays.equals(min, value);
        maxOccurs |= Arrays.equals(max, value);
      }
    }
    if (map.exact()) {
      assertThat(minOccurs && maxOccurs).isTrue();
    }
  }

  @SeededTest(runs = 100)
  void pairs(Random random) throws CorruptFileException {
    PairColumn column = new PairColumn();
    int rows = 2 + random.nextInt(50);
    BigInteger min = BigInteger.TWO.pow(200);
    BigInteger max = min.negate();
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(5) == 0) {
        column.appendNull();
        continue;
      }
      long high = random.nextInt(3) - 1L;
      long low = random.nextLong();
      column.append(high, low);
      BigInteger value = pair(high, low);
      min = min.min(value);
      max = max.max(value);
    }
    ZoneMap.OfPair map = (ZoneMap.OfPair) joined(column, random, Storage.PAIR);
    assertCounts(map, column);
    if (map.nulls() < rows) {
      assertThat(pair(map.minHigh(), map.minLow())).isEqualTo(min);
      assertThat(pair(map.maxHigh(), map.maxLow())).isEqualTo(max);
    }
  }

  private static BigInteger pair(long high, long low) {
    return BigInteger.valueOf(high).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(low)));
  }

  private static void assertCounts(ZoneMap map, Column column) {
    assertThat(map.rows()).isEqualTo(column.size());
    assertThat(map.nulls()).isEqualTo(column.nulls().nullCount());
  }

  /** Returns the zone map of two parts of a column, joined, written and read. */
  private static ZoneMap joined(Column column, Random random, Storage storage)
      throws CorruptFileException {
    int middle = 1 + random.nextInt(column.size() - 1);
    ZoneMap left = ZoneMaps.of(column, 0, middle);
    ZoneMap map = ZoneMaps.join(left, ZoneMaps.of(column, middle, column.size() - middle));
    BytesWriter out = new BytesWriter(0);
    ZoneMapSerializer.write(map, out);
    BytesReader in = new BytesReader("map", out.toByteArray());
    ZoneMap read = ZoneMapSerializer.read(in, storage, column.size());
    in.expectEnd();
    assertThat(RandomRows.describe(read)).isEqualTo(RandomRows.describe(map));
    return read;
  }
}
