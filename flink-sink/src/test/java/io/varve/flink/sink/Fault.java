package io.varve.flink.sink;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One failure that a job is to meet: at the sites that match, the first few spared. Thread-safe.
 */
final class Fault {

  private final Predicate<String> matches;
  private final int spared;
  private final int times;
  private final boolean kills;
  private final Predicate<String> awaited;
  private final AtomicInteger met = new AtomicInteger();
  private final AtomicInteger struck = new AtomicInteger();

  private Fault(
      Predicate<String> matches, int spared, int times, boolean kills, Predicate<String> awaited) {
    this.matches = matches;
    this.spared = spared;
    this.times = times;
    this.kills = kills;
    this.awaited = awaited;
  }

  /** Fails once, with an {@link java.io.IOException}, at the first site that matches. */
  static Fault at(String site) {
    return new Fault(Pattern.compile(site).asPredicate(), 0, 1, false, any -> true);
  }

  /** Fails once, at a matching site on which the dice fall so. */
  static Fault sometimes(String site, Random random, double probability) {
    Predicate<String> matches = Pattern.compile(site).asPredicate();
    return new Fault(
        matches.and(any -> random.nextDouble() < probability), 0, 1, false, any -> true);
  }

  /** Spares the first matching sites. */
  Fault sparing(int sites) {
    return new Fault(matches, sites, times, kills, awaited);
  }

  /** Fails again and again. */
  Fault times(int failures) {
    return new Fault(matches, spared, failures, kills, awaited);
  }

  /** Ends the task at once, as nothing in the sink would catch or try again. */
  Fault killing() {
    return new Fault(matches, spared, times, true, awaited);
  }

  /** Waits until another site has been passed. */
  Fault after(String site) {
    return new Fault(matches, spared, times, kills, Pattern.compile(site).asPredicate());
  }

  boolean isAwaiting(String site) {
    return awaited.test(site);
  }

  boolean kills() {
    return kills;
  }

  boolean hasStruck() {
    return struck.get() > 0;
  }

  /** Returns whether to fail here. */
  boolean strikes(String site) {
    if (!matches.test(site) || met.getAndIncrement() < spared || struck.get() >= times) {
      return false;
    }
    return struck.incrementAndGet() <= times;
  }
}
