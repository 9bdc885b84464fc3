package io.varve.flink.sink;

import io.varve.table.TableDirectory;
import io.varve.table.TableMerger;
import io.varve.table.TableSnapshot;
import io.varve.table.TableUpkeep;
import io.varve.table.UpkeepOptions;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The round of upkeep with which a batch job leaves a table that no streaming job has ever opened:
 * nobody else lets its rows and history expire, merges its small segments and removes what attempts
 * left that failed or were run again. What fails is logged and left to the next job: the rows are
 * committed. Confined to one thread.
 */
final class UpkeepAfterBatch {

  /** The most merges of one job, so that it ends. */
  static final int MAX_MERGES = 8;

  private static final Logger LOG = LoggerFactory.getLogger(UpkeepAfterBatch.class);

  private final SinkSettings<?> settings;
  private final String who;

  UpkeepAfterBatch(SinkSettings<?> settings, String who) {
    this.settings = settings;
    this.who = who;
  }

  void run() {
    try {
      TableDirectory opened = TableDirectory.open(settings.store());
      TableDirectory table = TableSnapshot.latest(opened).table();
      new TableMerger(table, settings.writer(), who, System::currentTimeMillis)
          .mergeAll("after a batch job", MAX_MERGES, merged -> {});
      keepUp(table);
    } catch (IOException | RuntimeException failed) {
      LOG.warn("The upkeep of {} failed; it is left to the next job", settings.path(), failed);
    }
  }

  private void keepUp(TableDirectory table) throws IOException {
    TableUpkeep upkeep = new TableUpkeep(table, who, System::currentTimeMillis);
    UpkeepOptions options = upkeep.options(settings.upkeep());
    upkeep.dropExpiredRows(options);
    upkeep.expire(options.history(), false);
    upkeep.removeOrphans(options.history(), false);
    upkeep.removeLeftovers(options.history(), false);
  }
}
