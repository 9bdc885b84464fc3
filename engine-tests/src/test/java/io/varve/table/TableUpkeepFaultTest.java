package io.varve.table;

import static io.varve.table.UpkeepFixture.HISTORY;
import static io.varve.table.UpkeepFixture.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.table.UpkeepFixture.Attempt;
import io.varve.table.protocol.RunId;
import io.varve.testkit.FaultInjectingFileStore;
import io.varve.testkit.FaultInjectingFileStore.Moment;
import io.varve.testkit.MemoryFileStore;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The k-th call on the store fails, before it did anything or after it did everything, for each k:
 * the upkeep fails, every retained commit is whole, the job commits on, and the next upkeep
 * finishes what was begun.
 */
class TableUpkeepFaultTest {

  /** Counts calls and fails one. */
  private static final class Fault implements FaultInjectingFileStore.Hook {
    private final long at;
    private final Moment moment;
    private long calls;
    private boolean armed;

    Fault(long at, Moment moment) {
      this.at = at;
      this.moment = moment;
    }

    @Override
    public void on(FaultInjectingFileStore.Operation operation, String path, Moment when)
        throws IOException {
      if (armed && when == moment && ++calls == at) {
        throw new IOException("injected at " + operation + " of " + path);
      }
    }
  }

  @Test
  void everyCallMayFail() throws IOException {
    for (Moment moment : Moment.values()) {
      long failures = 0;
      boolean passed = false;
      for (long at = 1; !passed; at++) {
        passed = failAt(new Fault(at, moment));
        failures += passed ? 0 : 1;
      }
      assertThat(failures).isGreaterThan(40);
    }
  }

  /** Whoever remembers any file of BASE, and whoever does not, reads the same number. */
  @Test
  void everyCallOfTrimmingMayFail() throws IOException {
    for (Moment moment : Moment.values()) {
      boolean passed = false;
      for (long at = 1; !passed; at++) {
        Fault fault = new Fault(at, moment);
        MemoryFileStore store = new MemoryFileStore();
        BaseChain chain = new BaseChain(new FaultInjectingFileStore(store, fault));
        BaseChain early = new BaseChain(store);
        early.read();
        for (int i = 1; i <= BaseChain.KEPT + 3; i++) {
          chain.raise(i);
        }
        fault.armed = true;
        try {
          chain.trim();
          passed = fault.calls < at;
        } catch (IOException injected) {
          passed = false;
        }
        fault.armed = false;
        assertThat(chain.read()).isEqualTo(BaseChain.KEPT + 3);
        assertThat(early.read()).isEqualTo(BaseChain.KEPT + 3);
        chain.trim();
        early.raise(100);
        assertThat(chain.read()).isEqualTo(100);
        assertThat(store.list(TableLayout.BASE)).hasSize(BaseChain.KEPT + 2);
      }
    }
  }

  /** Returns whether the upkeep passed, because there are fewer calls. */
  private static boolean failAt(Fault fault) throws IOException {
    MemoryFileStore memory = new MemoryFileStore(UpkeepFixture.UNDATED);
    UpkeepFixture job = new UpkeepFixture(new FaultInjectingFileStore(memory, fault), memory::date);
    try (Attempt orphaned = job.start(job.run(1), 0, null)) {
      orphaned.round(false, 1);
      orphaned.add(77);
      orphaned.barrier(true);
      job.date();
    }
    try (Attempt attempt = job.start(new RunId(job.now + 1, 1), 0, null)) {
      attempt.round(false, 2);
      attempt.round(true, 3);
      job.now += 25 * HOUR;
      job.store.create("commits/.00000000000000000004.x.tmp").close();
      job.date();
      job.now += 25 * HOUR;
      attempt.round(false, 4);
      TableUpkeep upkeep = job.upkeep();
      boolean passed = upkeep(job, upkeep, fault);
      checkRetained(job);
      attempt.round(true, 5);
      job.now += 50 * HOUR;
      attempt.round(false, 6);
      finish(job, upkeep);
      assertThat(job.rows()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
      return passed;
    }
  }

  private static boolean upkeep(UpkeepFixture job, TableUpkeep upkeep, Fault fault) {
    fault.armed = true;
    try {
      upkeep.expire(HISTORY, false);
      upkeep.removeNewOrphans(HISTORY);
      upkeep.removeLeftovers(HISTORY, false);
      ReadLease lease =
          ReadLease.take(TableSnapshot.latest(job.table), "a test", HOUR, () -> job.now);
      lease.renew();
      lease.close();
      return fault.calls < fault.at;
    } catch (IOException injected) {
      assertThat(injected).hasMessageContaining("injected");
      return false;
    } finally {
      fault.armed = false;
    }
  }

  /** Every commit after the base can be read, with all its files. */
  private static void checkRetained(UpkeepFixture job) throws IOException {
    FileCommitLog log = new FileCommitLog(job.store);
    long newest = TableSnapshot.latest(job.table).number();
    for (long number = log.base() + 1; number <= newest; number++) {
      assertThat(UpkeepFixture.rows(TableSnapshot.at(job.table, number)).size()).isBetween(0, 4);
    }
    assertThat(job.rows()).containsExactly(1L, 2L, 3L, 4L);
  }

  /** What is left is what the newest commits show, however the first upkeep ended. */
  private static void finish(UpkeepFixture job, TableUpkeep upkeep) throws IOException {
    upkeep.expire(HISTORY, false);
    upkeep.removeNewOrphans(HISTORY);
    job.now += 100 * HOUR;
    upkeep.tag("end", TableSnapshot.latest(job.table).number());
    upkeep.untag("end");
    job.now += 100 * HOUR;
    upkeep.tag("end", TableSnapshot.latest(job.table).number());
    upkeep.expire(HISTORY, false);
    upkeep.removeOrphans(HISTORY, false);
    upkeep.removeLeftovers(HISTORY, false);
    List<String> shown =
        TableSnapshot.latest(job.table).units().stream().map(ScanUnit::file).toList();
    assertThat(new TreeSet<>(job.files())).isEqualTo(new TreeSet<>(shown));
    assertThat(job.store.list(TableLayout.LEASES)).isEmpty();
    assertThat(job.store.list(TableLayout.COMMITS)).hasSizeLessThanOrEqualTo(6);
  }
}
