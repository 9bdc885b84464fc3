package io.varve.flink.source;

import io.varve.query.AggregateRow;
import io.varve.query.Measure;
import io.varve.query.TimeBucket;
import io.varve.query.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/** Random groupings of usage events with fixed measures, by the source and in plain Java. */
final class UsageRollup {

  private record Key(Consumer<RollupSource.Builder> add, Function<Usage, Value> of) {}

  private static final List<Key> KEYS =
      List.of(
          new Key(
              builder -> builder.groupBy(TimeBucket.DAY),
              row -> nanos(row.ts().truncatedTo(ChronoUnit.DAYS))),
          new Key(
              builder -> builder.groupBy(TimeBucket.HOUR),
              row -> nanos(row.ts().truncatedTo(ChronoUnit.HOURS))),
          new Key(
              builder -> builder.groupBy(TimeBucket.MONTH),
              row ->
                  nanos(
                      row.ts()
                          .atZone(ZoneOffset.UTC)
                          .toLocalDate()
                          .withDayOfMonth(1)
                          .atStartOfDay(ZoneOffset.UTC)
                          .toInstant())),
          new Key(
              builder -> builder.groupBy("user"),
              row -> row.user() == null ? Value.NULL : Value.OfBinary.of(row.user())),
          new Key(builder -> builder.groupBy("model"), row -> new Value.OfLong(row.model())),
          new Key(
              builder -> builder.groupBy("score"),
              row -> row.score() == null ? Value.NULL : new Value.OfDouble(row.score())),
          new Key(builder -> builder.groupBy("cost"), row -> new Value.OfDecimal(row.cost())));

  private final List<Key> keys;

  private UsageRollup(List<Key> keys) {
    this.keys = keys;
  }

  private static Value nanos(Instant instant) {
    return new Value.OfLong(instant.getEpochSecond() * 1_000_000_000L + instant.getNano());
  }

  static UsageRollup random(Random random) {
    List<Key> keys = new ArrayList<>();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      keys.add(KEYS.get(random.nextInt(KEYS.size())));
    }
    return new UsageRollup(keys.stream().distinct().toList());
  }

  RollupSource.Builder configure(RollupSource.Builder builder) {
    keys.forEach(key -> key.add.accept(builder));
    return builder.aggregate(
        Measure.countRows(),
        Measure.count("tokens"),
        Measure.sum("tokens"),
        Measure.min("tokens"),
        Measure.max("user"),
        Measure.sum("cost"),
        Measure.avg("cost"),
        Measure.sum("score"));
  }

  /** Returns the results over rows; scores are eighths, so that their sums are exact. */
  List<AggregateRow> of(List<Usage> rows) {
    Map<List<Value>, List<Usage>> groups = new LinkedHashMap<>();
    if (keys.isEmpty()) {
      groups.put(List.of(), new ArrayList<>());
    }
    for (Usage row : rows) {
      List<Value> key = keys.stream().map(one -> one.of.apply(row)).toList();
      groups.computeIfAbsent(key, none -> new ArrayList<>()).add(row);
    }
    List<AggregateRow> results = new ArrayList<>();
    groups.forEach((key, group) -> results.add(new AggregateRow(key, measures(group))));
    return results;
  }

  private static List<Value> measures(List<Usage> group) {
    List<Long> tokens = group.stream().map(Usage::tokens).filter(Objects::nonNull).toList();
    List<Double> scores = group.stream().map(Usage::score).filter(Objects::nonNull).toList();
    BigDecimal cost =
        group.stream().map(Usage::cost).reduce(new BigDecimal("0.0000"), BigDecimal::add);
    long sum = tokens.stream().mapToLong(Long::longValue).sum();
    boolean none = group.isEmpty();
    return List.of(
        new Value.OfLong(group.size()),
        new Value.OfLong(tokens.size()),
        tokens.isEmpty() ? Value.NULL : new Value.OfDecimal(BigDecimal.valueOf(sum)),
        tokens.stream().sorted().findFirst().<Value>map(Value.OfLong::new).orElse(Value.NULL),
        group.stream()
            .map(Usage::user)
            .filter(Objects::nonNull)
            .max(String::compareTo)
            .<Value>map(Value.OfBinary::of)
            .orElse(Value.NULL),
        none ? Value.NULL : new Value.OfDecimal(cost),
        none
            ? Value.NULL
            : new Value.OfDecimal(
                cost.divide(BigDecimal.valueOf(group.size()), 6, RoundingMode.HALF_UP)),
        scores.isEmpty()
            ? Value.NULL
            : new Value.OfDouble(scores.stream().mapToDouble(Double::doubleValue).sum()));
  }
}
