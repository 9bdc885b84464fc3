package io.varve.flink.source;

import io.varve.query.Filter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A condition on usage events in two forms.
 *
 * @param filter as the sources take it
 * @param test as a plain Java pass takes it
 */
record UsageFilter(Filter filter, Predicate<Usage> test) {

  static UsageFilter random(Random random) {
    UsageFilter first = simple(random);
    return switch (random.nextInt(4)) {
      case 0 -> new UsageFilter(Filter.all(), row -> true);
      case 1 -> {
        UsageFilter second = simple(random);
        yield new UsageFilter(Filter.and(first.filter, second.filter), first.test.and(second.test));
      }
      case 2 -> {
        UsageFilter second = simple(random);
        yield new UsageFilter(Filter.or(first.filter, second.filter), first.test.or(second.test));
      }
      default -> first;
    };
  }

  private static UsageFilter simple(Random random) {
    int number = random.nextInt(8);
    return switch (random.nextInt(6)) {
      case 0 ->
          new UsageFilter(
              Filter.in("user", List.of("user-1", "user-" + number)),
              row -> List.of("user-1", "user-" + number).contains(String.valueOf(row.user())));
      case 1 -> new UsageFilter(Filter.isNull("tokens"), row -> row.tokens() == null);
      case 2 -> {
        Instant from = Instant.ofEpochSecond(1_700_000_000L + number * 300_000L);
        yield new UsageFilter(Filter.ge("ts", from), row -> !row.ts().isBefore(from));
      }
      case 3 ->
          new UsageFilter(
              Filter.not(Filter.gt("tokens", number * 1000)),
              row -> row.tokens() != null && row.tokens() <= number * 1000L);
      case 4 -> {
        BigDecimal least = new BigDecimal(number * 10);
        yield new UsageFilter(
            Filter.between("cost", least, 75),
            row ->
                row.cost().compareTo(least) >= 0
                    && row.cost().compareTo(BigDecimal.valueOf(75)) <= 0);
      }
      default -> new UsageFilter(Filter.eq("model", number), row -> row.model() == number);
    };
  }
}
