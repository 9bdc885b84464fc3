package io.varve.flink.sink;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One failure that a job is to meet: at the sites that match, the first few spared. Thread-safe.
 */
final class Fault {

  /** What a fault does where it strikes. */
  private enum Effect {
    FAILS,
    KILLS,
    WAITS
  }

  private static final long MOST_SECONDS = 50;
  private static final Predicate<String> ANY = any -> true;

  private final Predicate<String> matches;
  private final int spared;
  private final int times;
  private final Effect effect;
  private final Predicate<String> awaited;
  private final Predicate<String> released;
  private final AtomicInteger met = new AtomicInteger();
  private final AtomicInteger struck = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);

  private Fault(
      Predicate<String> matches,
      int spared,
      int times,
      Effect effect,
      Predicate<String> awaited,
      Predicate<String> released) {
    this.matches = matches;
    this.spared = spared;
    this.times = times;
    this.effect = effect;
    this.awaited = awaited;
    this.released = released;
  }

  /** Fails once, with an {@link java.io.IOException}, at the first site that matches. */
  static Fault at(String site) {
    return new Fault(Pattern.compile(site).asPredicate(), 0, 1, Effect.FAILS, ANY, ANY);
  }

  /** Fails once, at a matching site on which the dice fall so. */
  static Fault sometimes(String site, Random random, double probability) {
    Predicate<String> matches = Pattern.compile(site).asPredicate();
    return new Fault(
        matches.and(any -> random.nextDouble() < probability), 0, 1, Effect.FAILS, ANY, ANY);
  }

  /** Spares the first matching sites. */
  Fault sparing(int sites) {
    return new Fault(matches, sites, times, effect, awaited, released);
  }

  /** Fails again and again. */
  Fault times(int failures) {
    return new Fault(matches, spared, failures, effect, awaited, released);
  }

  /** Ends the task at once, as nothing in the sink would catch or try again. */
  Fault killing() {
    return new Fault(matches, spared, times, Effect.KILLS, awaited, released);
  }

  /** Strikes only after another site has been passed. */
  Fault after(String site) {
    Predicate<String> first = Pattern.compile(site).asPredicate();
    return new Fault(matches, spared, times, effect, first, released);
  }

  /**
   * Fails nothing, but holds the thread up until another site is passed while it waits; the
   * thread's interruption does not end that, as with a zombie.
   */
  Fault waitingFor(String site) {
    Predicate<String> last = Pattern.compile(site).asPredicate();
    return new Fault(matches, spared, times, Effect.WAITS, awaited, last);
  }

  boolean isAwaiting(String site) {
    return awaited.test(site);
  }

  /** Lets the thread go on that this fault holds up, if this is the site that it waits for. */
  void release(String site) {
    if (effect == Effect.WAITS && hasStruck() && released.test(site)) {
      release.countDown();
    }
  }

  boolean hasStruck() {
    return struck.get() > 0;
  }

  /** Does here what it does. */
  void strike(String site) throws IOException {
    switch (effect) {
      case FAILS -> throw new IOException("failed on purpose at " + site);
      case KILLS -> throw new IllegalStateException("killed on purpose at " + site);
      case WAITS -> await(site);
    }
  }

  private void await(String site) {
    boolean interrupted = false;
    boolean done = false;
    while (!done) {
      try {
        if (!release.await(MOST_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException("waited in vain at " + site);
        }
        done = true;
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether to strike here. */
  boolean strikes(String site) {
    if (!matches.test(site) || met.getAndIncrement() < spared || struck.get() >= times) {
      return false;
    }
    return struck.incrementAndGet() <= times;
  }
}
